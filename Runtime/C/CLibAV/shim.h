#pragma once

#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/channel_layout.h>
#include <libavutil/display.h>
#include <libavutil/dovi_meta.h>
#include <libavutil/imgutils.h>
#include <libavutil/mastering_display_metadata.h>
#include <libavutil/opt.h>
#include <libavutil/pixdesc.h>
#include <libswresample/swresample.h>
#include <libswscale/swscale.h>
#include <time.h>

// Macros that Swift can't import, as functions.

static inline int clibav_error_eof(void) { return AVERROR_EOF; }
static inline int clibav_error_exit(void) { return AVERROR_EXIT; }
static inline int clibav_error_again(void) { return AVERROR(EAGAIN); }
static inline int clibav_error_access(void) { return AVERROR(EACCES); }
static inline int clibav_error_io(void) { return AVERROR(EIO); }
static inline int clibav_error_invalid_argument(void) { return AVERROR(EINVAL); }

static inline int64_t clibav_no_time(void) { return AV_NOPTS_VALUE; }
static inline AVRational clibav_microseconds(void) { return AV_TIME_BASE_Q; }

static inline AVChannelLayout clibav_mono(void) {
    AVChannelLayout mono = AV_CHANNEL_LAYOUT_MONO;
    return mono;
}

/// Seconds of work that the calling thread has done.
static inline double clibav_thread_seconds(void) {
    struct timespec used;
    if (clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used) != 0) return 0;
    return used.tv_sec + used.tv_nsec / 1e9;
}
