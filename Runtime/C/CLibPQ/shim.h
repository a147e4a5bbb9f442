#pragma once

#include <libpq-fe.h>
#include <stdint.h>
#include <sys/eventfd.h>
#include <unistd.h>

/* Field codes are character macros, which Swift does not import. */

static inline const char *clibpq_sqlstate(const PGresult *result) {
    return PQresultErrorField(result, PG_DIAG_SQLSTATE);
}

static inline const char *clibpq_message(const PGresult *result) {
    return PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
}

static inline const char *clibpq_constraint(const PGresult *result) {
    return PQresultErrorField(result, PG_DIAG_CONSTRAINT_NAME);
}

static inline void clibpq_ignore_notice(void *context, const PGresult *result) {
    (void)context;
    (void)result;
}

/* Without this, libpq writes the server's notices to standard error. */
static inline void clibpq_ignore_notices(PGconn *connection) {
    PQsetNoticeReceiver(connection, clibpq_ignore_notice, NULL);
}

/* A counter that poll() can watch: -1 where the process has no descriptor left. */
static inline int clibpq_event_open(void) { return eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC); }

static inline void clibpq_event_set(int descriptor) {
    uint64_t one = 1;
    ssize_t written = write(descriptor, &one, sizeof one);
    (void)written;
}

static inline void clibpq_event_clear(int descriptor) {
    uint64_t count;
    ssize_t got = read(descriptor, &count, sizeof count);
    (void)got;
}
