/* Finds and lists profiles. */
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

struct text profile_origin(const struct profile *profile)
{
    const char *text = profile->text + strspn(profile->text, "# ");
    return (struct text){text, strcspn(text, "\n")};
}

void profile_print_all(struct out *out)
{
    for (size_t i = 0; i < profile_count; i++) {
        struct text from = profile_origin(&profiles[i]);
        fmt_print(out, "%s: %.*s\n", profiles[i].name, (int)from.length, from.at);
    }
}
