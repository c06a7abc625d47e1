/* Parsing and applying the words. */
#include "vmx/override.h"

#include "lib/bits.h"
#include "lib/fmt.h"
#include "lib/string.h"
#include "vmx/control.h"

enum { NAME_LONGEST = 63 };

static const char *const word_names[CONTROL_WORDS] = {
    [WORD_PIN] = "PIN",           [WORD_PRIMARY] = "PRIMARY", [WORD_SECONDARY] = "SECONDARY",
    [WORD_TERTIARY] = "TERTIARY", [WORD_EXIT] = "EXIT",       [WORD_EXIT2] = "EXIT2",
    [WORD_ENTRY] = "ENTRY",
};

/* Counts the controls called name, in the given word or (if that is empty) in all words. *found is
 * the last of them. */
static unsigned controls_named(struct text word, struct text name, unsigned *found)
{
    unsigned count = 0;
    for (unsigned i = 0; i < CONTROL_COUNT; i++) {
        bool in_word = word.length == 0 || text_equal(word, word_names[control_table[i].word]);
        if (in_word && text_equal(name, control_table[i].name)) {
            *found = i;
            count++;
        }
    }
    return count;
}

/* Finds the control that NAME or WORD.NAME denotes. */
static bool find_control(struct text text, unsigned *control, struct out *why)
{
    struct text word, name;
    if (!text_split(text, '.', &word, &name)) {
        name = text;
        word = text_of("");
    }
    unsigned count = controls_named(word, name, control);
    if (count == 0) {
        fmt_print(why, "there is no control %.*s; vmx/controls.def has their names",
                  (int)text.length, text.at);
    }
    if (count > 1) {
        fmt_print(why, "more than one word of controls has %.*s; write one of:", (int)name.length,
                  name.at);
        for (unsigned i = 0; i < CONTROL_COUNT; i++) {
            if (text_equal(name, control_table[i].name)) {
                fmt_print(why, " control.%s.%s", word_names[control_table[i].word],
                          control_table[i].name);
            }
        }
    }
    return count == 1;
}

static char upper(char c)
{
    return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

/* Returns the Levenshtein distance of text from name: the number of characters to insert, remove or
 * change. Ignores case. Keeps one row of the distance matrix at a time. */
static size_t distance(struct text text, const char *name)
{
    size_t length = strlen(name), row[NAME_LONGEST + 1];
    if (length > NAME_LONGEST)
        return SIZE_MAX;
    for (size_t j = 0; j <= length; j++)
        row[j] = j;
    for (size_t i = 0; i < text.length; i++) {
        size_t diagonal = row[0];
        row[0] = i + 1;
        for (size_t j = 0; j < length; j++) {
            size_t edits = diagonal + (upper(text.at[i]) != name[j]);
            diagonal = row[j + 1];
            if (edits > diagonal + 1)
                edits = diagonal + 1;
            if (edits > row[j] + 1)
                edits = row[j] + 1;
            row[j + 1] = edits;
        }
    }
    return row[length];
}

/* Suggests the field whose name is most similar to the text. */
static void suggest_field(struct text text, struct out *why)
{
    const char *nearest = NULL;
    size_t least = text.length / 4 + 1;
    for (unsigned i = 0; i < FIELD_COUNT; i++) {
        const char *name = field_name(field_at(i));
        size_t edits = distance(text, name);
        if (edits < least) {
            least = edits;
            nearest = name;
        }
    }
    if (nearest)
        fmt_print(why, " (%s?)", nearest);
}

/* Finds a field by name or encoding. */
static bool find_field(struct text text, struct vmcs_field *field, struct out *why)
{
    uint64_t encoding = 0;
    bool by_number = text_number(text, &encoding);
    for (unsigned i = 0; i < FIELD_COUNT; i++) {
        *field = field_at(i);
        if (by_number ? field->encoding == encoding : text_equal(text, field_name(*field)))
            return true;
    }
    fmt_print(why, "there is no field %.*s", (int)text.length, text.at);
    suggest_field(text, why);
    fmt_print(why, "; vmx/fields.def has names and encodings");
    return false;
}

/* Checks that the image has a value of the field. The image comes from the plan, or a list of words
 * has built it. */
static bool has_value(const struct vmcs_image *image, struct vmcs_field field, struct out *why)
{
    if (image->known[field.index])
        return true;
    fmt_print(why,
              "field %s has no value to change: the processor lacks it, it is read-only, or a "
              "list has not set it yet",
              field_name(field));
    return false;
}

static bool apply_control(struct text name, struct text value, struct vmcs_image *image,
                          struct out *why)
{
    unsigned control;
    if (!find_control(name, &control, why))
        return false;
    if (!has_value(image, field_of_word(control_table[control].word), why))
        return false;
    const bool on = text_equal(value, "1");
    if (!on && !text_equal(value, "0")) {
        fmt_print(why, "expected control.%.*s=0 or =1", (int)name.length, name.at);
        return false;
    }
    image_control_set(image, (enum control)control, on);
    return true;
}

/* Returns the largest value that fits the field's width. */
static uint64_t width_mask(struct vmcs_field field)
{
    return BITS(field_bits(field) - 1, 0);
}

static bool apply_field(struct text name, struct text value_text, struct vmcs_image *image,
                        struct out *why)
{
    struct vmcs_field field;
    uint64_t value;
    char op = '=';
    if (name.length > 0 && (name.at[name.length - 1] == '+' || name.at[name.length - 1] == '-'))
        op = name.at[--name.length];
    if (!find_field(name, &field, why) || !has_value(image, field, why))
        return false;
    if (!text_number(value_text, &value) || (value & ~width_mask(field))) {
        fmt_print(why, "expected %s=<number of at most 0x%llx>", field_name(field),
                  (unsigned long long)width_mask(field));
        return false;
    }
    uint64_t before = image_get(image, field);
    if (op == '+')
        value = before | value;
    else if (op == '-')
        value = before & ~value;
    image_set(image, field, value);
    return true;
}

static bool apply_entry(struct text name, struct text value, struct vmcs_image *image,
                        struct out *why)
{
    bool on = text_equal(value, "1");
    if (!text_equal(name, "AFTER_MOV_SS") || (!on && !text_equal(value, "0"))) {
        fmt_print(why, "expected entry.AFTER_MOV_SS=0 or =1");
        return false;
    }
    image->after_mov_ss = on;
    return true;
}

static struct memory_word *memory_at(struct vmcs_image *image, uint64_t address)
{
    for (unsigned i = 0; i < image->memory_count; i++) {
        if (image->memory[i].address == address)
            return &image->memory[i];
    }
    return image->memory_count < IMAGE_MEMORY_MAX ? &image->memory[image->memory_count++] : NULL;
}

static bool apply_memory(struct text name, struct text text, struct vmcs_image *image,
                         struct out *why)
{
    uint64_t address, value;
    if (!text_number(name, &address) || address % sizeof value != 0 || !text_number(text, &value)) {
        fmt_print(why, "expected memory.<multiple of 8>=<number>");
        return false;
    }
    struct memory_word *word = memory_at(image, address);
    if (!word) {
        fmt_print(why, "expected at most %u words memory.<address>=<value>",
                  (unsigned)IMAGE_MEMORY_MAX);
        return false;
    }
    *word = (struct memory_word){address, value};
    return true;
}

bool override_apply(struct text word, struct vmcs_image *image, struct out *why)
{
    struct text left, kind, name, value;
    if (!text_split(word, '=', &left, &value) || !text_split(left, '.', &kind, &name)) {
        fmt_print(why,
                  "expected control.<NAME>=0|1, vmcs.<FIELD>=<value>, memory.<address>=<value> or "
                  "entry.AFTER_MOV_SS=0|1");
        return false;
    }
    if (text_equal(kind, "entry"))
        return apply_entry(name, value, image, why);
    if (text_equal(kind, "memory"))
        return apply_memory(name, value, image, why);
    return text_equal(kind, "control") ? apply_control(name, value, image, why)
                                       : apply_field(name, value, image, why);
}

/* Checks a word as if the processor had every field. */
static bool check(struct text word, struct out *why)
{
    struct vmcs_image image = {0};
    for (unsigned i = 0; i < FIELD_COUNT; i++)
        image.known[i] = field_type(field_at(i)) != FIELD_READ_ONLY;
    return override_apply(word, &image, why);
}

bool override_apply_all(struct text words, struct vmcs_image *image, struct out *why)
{
    struct text word;
    while (text_next_word(&words, &word)) {
        if (!override_apply(word, image, why))
            return false;
    }
    return true;
}

bool override_check_all(const struct text *words, unsigned count, struct out *why)
{
    char text[256];
    struct out_buffer reason;
    for (unsigned i = 0; i < count; i++) {
        out_buffer_init(&reason, text, sizeof text);
        if (!check(words[i], &reason.out)) {
            fmt_print(why, "%.*s: %s", (int)words[i].length, words[i].at, text);
            return false;
        }
    }
    return true;
}
