/* html.h -- HTML into a Buf. What is not written in a literal goes through here and is escaped. Private to api/. */
#ifndef KANAME_API_HTML_H
#define KANAME_API_HTML_H

#include "base/base.h"

void html_text(Buf *b, Str s);
/* `shape` is a literal with {0} … {9}, which become the arguments, escaped for text and for attributes in double quotes. */
void html_fill(Buf *b, const char *shape, size_t n, const Str *args);
#define HTML(b, shape, ...) html_fill((b), (shape), sizeof((Str[]){__VA_ARGS__}) / sizeof(Str), (Str[]){__VA_ARGS__})

#endif
