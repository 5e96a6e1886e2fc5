/* inside.h -- what the files of this room share: limits of the document, figures of the result. */
#ifndef KANAME_QUANT_INSIDE_H
#define KANAME_QUANT_INSIDE_H

#include "base/form.h"
#include "quant/quant.h"

#define QUANT_FORMAT "kaname-register/1"
#define QUANT_RESULT "kaname-losses/1"
enum { QUANT_VALUES_MAX = 1000000 /* of all samples */, QUANT_PLANS_MAX = LOSS_CASES_MAX - 1, QUANT_LIMITS_MAX = 10, QUANT_CONTROLS_MAX = 100, QUANT_PARTS_MAX = 1000 /* contributions of a case */, QUANT_CURVE_MAX = 64 };
#define QUANT_TAIL 0.99 /* "a year in a hundred": what contributions and the benefit in the tail are taken from */

#endif
