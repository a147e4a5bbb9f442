#pragma once

#include <pocketsphinx.h>
#include <sphinxbase/err.h>

/// A decoder's settings; `cmd_ln_init` is variadic. The noise and silence filters are off: they carry what they heard in
/// one utterance into the next, and silence that is taken away makes every later time wrong.
static inline cmd_ln_t *media_sphinx_settings(const char *acoustic, const char *language, const char *dictionary) {
    return cmd_ln_init(
        NULL, ps_args(), TRUE, "-hmm", acoustic, "-lm", language, "-dict", dictionary, "-remove_noise", "no",
        "-remove_silence", "no", "-logfn", "/dev/null", NULL
    );
}
