/* Finding and listing profiles. */
#include "tools/vmcs-audit/profile.h"

#include <string.h>

#include "lib/fmt.h"

const struct profile *profile_find(const char *name)
{
    for (size_t i = 0; i < profile_count; i++) {
        if (strcmp(profiles[i].name, name) == 0)
            return &profiles[i];
    }
    return NULL;
}

void profile_print_origin(const struct profile *profile, struct out *out)
{
    const char *text = profile->text + strspn(profile->text, "# ");
    fmt_print(out, "%.*s", (int)strcspn(text, "\n"), text);
}

void profile_print_all(struct out *out)
{
    for (size_t i = 0; i < profile_count; i++) {
        fmt_print(out, "%s: ", profiles[i].name);
        profile_print_origin(&profiles[i], out);
        fmt_print(out, "\n");
    }
}
