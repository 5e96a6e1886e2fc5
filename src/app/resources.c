/* resources.c -- the visible list: what is not here is not kept. Order is the order of menus and of loading. */
#include "app/app.h"

#include "register/register.h"
#include "risk/risk.h"

static const Resource *const list[] = {
    &unit_resource, &supplier_resource, &contact_resource, &service_resource, &asset_resource, &certificate_resource,
    &risk_resource, &issue_resource, &criteria_resource, &plan_resource,
};

const Resources kaname_resources = {list, COUNT(list)};
