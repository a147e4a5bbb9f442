#pragma once

#include <pocketsphinx.h>
#include <sphinxbase/err.h>

/// A decoder's settings; `cmd_ln_init` is variadic. Silence is kept: taken away, it makes every later time wrong. Noise is
/// removed, as it was from what the models were trained on; what was learned of it is forgotten with every stream.
static inline cmd_ln_t *media_sphinx_settings(const char *acoustic, const char *language, const char *dictionary) {
    return cmd_ln_init(
        NULL, ps_args(), TRUE, "-hmm", acoustic, "-lm", language, "-dict", dictionary, "-remove_noise", "yes",
        "-remove_silence", "no", "-logfn", "/dev/null", NULL
    );
}
