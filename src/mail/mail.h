/*
 * mail/ -- what leaves for other machines: one message to a mail server, one document to a web server (post.c). Plain text in UTF-8, from one address to one address; what it says, its identifier and its date are the caller's, so that a
 * repetition is the same message. Called by: domain rooms (through jobs), commands. Never: keeps anything, decides whom to tell, names an address or a secret in an error.
 */
#ifndef KANAME_MAIL_H
#define KANAME_MAIL_H

#include "base/base.h"

struct sockaddr;

/* As whoever runs the program set it. Certificates are always verified. smtps:// is TLS from the beginning; smtp:// must become TLS (STARTTLS), unless the server is on this
 * machine or `plain` says that the way there is one's own; a name and password then never go unencrypted to another machine. */
typedef struct MailServer {
    Str url;             /* smtp://host:port, smtps://host:port */
    Str user, password;  /* empty: none */
    Str from;
    Str ca;              /* file of certificates instead of the system's; empty: the system's */
    bool plain;
    const bool *stopping; /* NULL: none; set by another thread: give up */
} MailServer;

typedef struct Mail {
    Str to, subject, text; /* text: lines with LF */
    Str id;                /* of Message-ID, without brackets: left@right */
    Instant date;
} Mail;

/* What is known of a message after a try. REFUSED: this address is not taken, a repetition will not help. NOT_SENT: surely not delivered. UNSURE: it may have been. */
typedef enum { MAIL_SENT, MAIL_REFUSED, MAIL_NOT_SENT, MAIL_UNSURE } MailOutcome;

enum { MAIL_TEXT_MAX = 64 << 10, MAIL_SUBJECT_MAX = 500, MAIL_ADDRESS_MAX = 254 };

void mail_begin(void); /* once, before any thread */
Err mail_server_check(const MailServer *s); /* ERR_INVALID: what is wrong with the settings */
bool mail_address_fits(Str s); /* user@domain, ASCII, nothing quoted: what can neither end a header nor an SMTP command */
Str mail_domain(Str address);
Str mail_masked(Arena *a, Str address); /* "s…@example.jp": enough to recognise one's own */
/* The message as it goes over the wire. ERR_INVALID: a line end or other control character where none may be, an address or identifier that is none, too long. */
Err mail_write(Arena *a, Str from, const Mail *m, Str *out);
/* At most half a minute. With an error of this function the outcome is not MAIL_SENT, and the error says why in words without address or secret. */
Err mail_send(Arena *a, const MailServer *s, const Mail *m, MailOutcome *outcome);

/* --- post.c: a document to a web server that somebody named. Whoever may name one could reach what only this machine reaches, so every address is looked at when it is connected to. --- */
typedef struct PostGuard {
    bool loopback; /* this machine, there also without TLS */
    bool private_; /* the private ranges as well; link-local addresses (where clouds keep their keys) and the like never */
    Str ca;        /* file of certificates instead of the system's; empty: the system's */
    const bool *stopping; /* as of a mail server */
} PostGuard;
typedef struct Post { Str url, body; const Str *headers; size_t headers_n; } Post; /* headers: "name: value" */
enum { POST_URL_MAX = 500 };
/* https://host[:port]/path without name, password or fragment; http:// for this machine alone. An address in figures is looked at; names are when they are connected to. ERR_INVALID: in words.
 * `g` NULL: its form alone. */
Err post_url_check(Arena *a, const PostGuard *g, Str url);
bool post_address_allowed(const PostGuard *g, bool tls, const struct sockaddr *to);
/* One try, at most ten seconds; nothing is followed, no proxy used, the answer's text thrown away. *status: of the answer, 0: there was none, and the error says why, without the address. */
Err post_send(Arena *a, const PostGuard *g, const Post *p, int64_t *status);

#endif
