/* guard.h -- one reading or a refusal. Private to api/. */
#ifndef KANAME_API_GUARD_H
#define KANAME_API_GUARD_H

#include "base/base.h"

#include <event2/http.h>

enum { GUARD_HEADERS_MAX = 100, GUARD_TARGET_MAX = 8192, GUARD_HEAD_BYTES = 16 << 10, GUARD_BODY_BYTES = 1 << 20, GUARD_SECONDS = 20 };

/* 0, or the status to refuse with. */
int guard_check(struct evhttp_request *req);

#endif
