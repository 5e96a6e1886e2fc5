/* net/inside.h -- what the files of net share. Inside of net/ only. */
#ifndef KANAME_NET_INSIDE_H
#define KANAME_NET_INSIDE_H

#include "base/form.h"
#include "net/net.h"

enum { NET_ID_MAX = 200, NET_TITLE_MAX = 300, NET_WORD_MAX = 100, NET_SECTORS_MAX = 1000, NET_SCENARIO_HITS_MAX = 100000 };
#define NET_HOURS_MAX 1e6
#define NET_USERS_MAX 1e10 /* of one node: the sum of a million nodes stays exact */

/* "any", "all" or a whole number 1 … n. False: the mistake in `wrong`, its code in `code`. */
bool net_fails_when(Arena *a, Str word, bool whole, int64_t number, uint32_t n, uint32_t *k, Text *wrong, const char **code);

#endif
