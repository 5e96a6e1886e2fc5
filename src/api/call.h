/* call.h -- one request on its way through the house. Private to api/. */
#ifndef KANAME_API_CALL_H
#define KANAME_API_CALL_H

#include "api/api.h"

typedef enum { GET, POST, PUT, PATCH, DELETE, METHODS } Method;
/* READ: on the loop, in a read transaction, whatever the method. SLOW: the same on a helper thread. WRITE: in the writer's transaction. LOGIN: password work on a
 * helper thread, then WRITE. */
typedef enum { RUN_READ, RUN_SLOW, RUN_WRITE, RUN_LOGIN } Run;

typedef struct Call Call;
typedef struct Route {
    Method method;
    const char *pattern; /* {org} {res} {id} {n} {code} {name} */
    Act act;             /* the policy row: ACT_PUBLIC needs nobody, ACT_SELF somebody, all others a role in {org} */
    Run run;
    Err (*handle)(Call *c);
    const char *summary;
    Err (*prepare)(Call *c, Db *reader); /* RUN_LOGIN: the password work, outside of the writer */
    bool page; /* a page without script: forms come in, refusals are pages; without login where the server is told so (--public-judge) */
} Route;
extern const Route routes[];
extern const size_t routes_n;

typedef struct Response {
    int status;
    const char *type;
    Str body, etag, location, cookie, device, file; /* device: a second cookie */
    Str range, csp; /* Content-Range; a policy of its own for what others made */
    bool packed, lasting; /* gzip; under a name that no other content will have */
    int *fd;        /* the body is this file from its beginning, closed with the arena; NULL: `body` */
    Str kept;    /* kept for a repetition of the request instead of body: no secrets */
    bool forget; /* nothing is kept */
} Response;

struct Call {
    Arena arena;
    App *app;
    Ctx x;
    Principal who;
    const Route *route;
    const Resource *res;
    Id org, id;
    bool has_org, has_id;
    Str tail;    /* {name}, {kind}, {file} or {n} */
    Str code;    /* {code} */
    Str method, path, query, body, language, cookie, device, bearer, csrf, origin, fetch_site, host, if_match, key, file_name, reason, range, encodings;
    Str etag_in;
    LoginProof proof;
    Str new_password; /* as hash */
    Response r;
    Err err;
    bool replayed;
    Change change;
    void *request; /* evhttp_request, NULL when the peer has gone */
    void *server;
    struct Turns *turns; /* of those who are not logged in, by where they come from */
    uint64_t peer;
    Call *next;
};

struct evhttp_request;
void call_read(Call *c, struct evhttp_request *req);
typedef enum { COOKIE_SESSION, COOKIE_DEVICE } Cookie;
const char *cookie_name(const App *app, Cookie which);
Str cookie_of(const App *app, Str cookies, Cookie which);
Str call_header(Call *c, struct evhttp_request *req, const char *name); /* empty when absent */
/* Finds the route and its parameters. ERR_NOT_FOUND, ERR_METHOD. */
Err call_route(Call *c);
/* A file without a name, for an answer too large for memory: removed when the arena goes. */
Err call_file(Call *c, int *fd);
bool route_writes(const Route *r); /* else nothing is changed by it, whatever its method */
/* Everything within one transaction: who is it, may they, the handler. */
Err call_run(Call *c, Db *db, History *h);
Err call_prepare(Call *c, Db *reader);
bool behind_tls(const App *app); /* … for certain: then cookies are __Host-…, Secure */
void call_problem(Call *c, Err e); /* puts the error into c->r */
Str percent_text(Call *c, Str s); /* percent-decoded */
enum { IMPORT_BODY_MAX = 8 << 20 };
Str query_value(Call *c, const char *name); /* percent-decoded; empty when absent */

#endif
