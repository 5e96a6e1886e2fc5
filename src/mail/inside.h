/* inside.h -- what the files of mail/ share. */
#ifndef KANAME_MAIL_INSIDE_H
#define KANAME_MAIL_INSIDE_H

#include "mail/mail.h"

bool mail_tls_at_once(const MailServer *s);
bool mail_on_this_machine(const MailServer *s);

#endif
