/* Parses a list that a user wrote. FIELD=value sets a field by name or encoding. control.<NAME>=0|1
 * sets a control; the field that holds it must come first. A line may have several of them, and `#`
 * starts a comment. The options of a Trapline command line that change a VM entry (vmx/override.h)
 * are such a list. */
#include "tools/vmcs-audit/find.h"
#include "tools/vmcs-audit/lines.h"
#include "tools/vmcs-audit/parse.h"

#include "lib/fmt.h"
#include "lib/string.h"
#include "vmx/override.h"

enum {
    NAME_MAX_LENGTH = 120, /* no name or value is longer */
    WORD_SIZE = 2 * NAME_MAX_LENGTH + 16,
};

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\f' || c == '\v';
}

/* Returns true if the text has a NUL byte, which would end a value early. */
static bool has_nul(struct text text)
{
    for (size_t i = 0; i < text.length; i++) {
        if (text.at[i] == '\0')
            return true;
    }
    return false;
}

static void skip_blanks(struct text *text)
{
    while (text->length > 0 && is_blank(*text->at)) {
        text->at++;
        text->length--;
    }
}

/* Moves the characters up to a blank from the front of *rest to the result. A name also ends at an
 * equals sign. */
static struct text cut(struct text *rest, bool name)
{
    struct text word = {.at = rest->at};
    while (rest->length > 0 && !is_blank(*rest->at) && !(name && *rest->at == '=')) {
        rest->at++;
        rest->length--;
        word.length++;
    }
    return word;
}

/* Moves the next NAME=value from the front of *rest to *name and *value. Blanks may surround the
 * equals sign. Returns false if there is no NAME=value. */
static bool next_assignment(struct text *rest, struct text *name, struct text *value)
{
    *name = cut(rest, true);
    skip_blanks(rest);
    if (rest->length == 0 || *rest->at != '=')
        return false;
    rest->at++;
    rest->length--;
    skip_blanks(rest);
    *value = cut(rest, false);
    return name->length > 0 && name->length <= NAME_MAX_LENGTH && value->length > 0 &&
           value->length <= NAME_MAX_LENGTH;
}

/* Marks the field of that name as known. */
static void make_known(struct text name, struct vmcs_image *image)
{
    struct vmcs_field field;
    if (find_field(name, &field))
        image->known[field.index] = true;
}

static bool apply(struct text name, struct text value, struct vmcs_image *image, struct out *why)
{
    char bytes[WORD_SIZE];
    struct out_buffer word;
    const char *prefix = "";
    if (!text_starts_with(name, "control.") && !text_starts_with(name, "entry.") &&
        !text_starts_with(name, "memory.")) {
        if (text_starts_with(name, "vmcs.")) {
            name.at += strlen("vmcs.");
            name.length -= strlen("vmcs.");
        }
        prefix = "vmcs.";
        make_known(name, image);
    }
    out_buffer_init(&word, bytes, sizeof bytes);
    fmt_print(&word.out, "%s%.*s=%.*s", prefix, (int)name.length, name.at, (int)value.length,
              value.at);
    return override_apply(text_of(bytes), image, why);
}

static bool read_line(struct text line, struct vmcs_image *image, size_t number,
                      struct problem *problem)
{
    struct text name, value, comment;
    char bytes[300];
    struct out_buffer why;
    (void)text_split(line, '#', &line, &comment);
    if (has_nul(line)) {
        problem_note(problem, number, "expected a text file, found a NUL byte");
        return false;
    }
    skip_blanks(&line);
    while (line.length > 0) {
        if (!next_assignment(&line, &name, &value)) {
            problem_note(problem, number,
                         "expected FIELD=value or control.<NAME>=0|1, with an SDM name "
                         "(GUEST_RIP=0x1000) or an encoding (0x681e=0x1000)");
            return false;
        }
        out_buffer_init(&why, bytes, sizeof bytes);
        if (!apply(name, value, image, &why.out)) {
            problem_note(problem, number, "%s", bytes);
            return false;
        }
        skip_blanks(&line);
    }
    return true;
}

bool parse_list(struct text bytes, struct input *input, struct problem *problem)
{
    struct lines lines = {.rest = bytes};
    struct text line;
    input->shown = 1;
    while (lines_next(&lines, &line)) {
        if (!read_line(line, &input->image, lines.number, problem))
            return false;
    }
    return true;
}
