#pragma once

#include <pocketsphinx.h>
#include <sphinxbase/err.h>

/// A decoder's settings; `cmd_ln_init` is variadic. The noise filter is off: it carries what it heard in one
/// utterance into the next, and the same sound would not give the same words.
static inline cmd_ln_t *media_sphinx_settings(const char *acoustic, const char *language, const char *dictionary) {
    return cmd_ln_init(
        NULL, ps_args(), TRUE, "-hmm", acoustic, "-lm", language, "-dict", dictionary, "-remove_noise", "no",
        "-logfn", "/dev/null", NULL
    );
}
