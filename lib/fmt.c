/* The formatter: parses one conversion at a time and writes its argument. */
#include "lib/fmt.h"

#include <stdbool.h>
#include <stdint.h>

#include "lib/string.h"

/* Wraps a va_list, because a bare va_list cannot portably be passed by address. */
struct fmt_arguments {
    va_list list;
};

/* The type of an integer argument. */
enum fmt_length {
    FMT_INT,
    FMT_LONG,
    FMT_LONG_LONG,
    FMT_SIZE,
};

/* One conversion, from its % to its letter. */
struct fmt_conversion {
    bool prefix;    /* # */
    bool zeros;     /* 0 */
    bool precision; /* .* */
    size_t width;
    enum fmt_length length;
    char letter;
};

static void put_string(struct out *out, const char *string, size_t length)
{
    for (size_t i = 0; i < length; i++)
        out->put(out, string[i]);
}

static void put_padding(struct out *out, char c, size_t width, size_t length)
{
    for (size_t i = length; i < width; i++)
        out->put(out, c);
}

static const char *parse_length(const char *at, enum fmt_length *length)
{
    *length = FMT_INT;
    if (*at == 'z') {
        *length = FMT_SIZE;
        at++;
    } else if (*at == 'l') {
        *length = FMT_LONG;
        at++;
        if (*at == 'l') {
            *length = FMT_LONG_LONG;
            at++;
        }
    }
    return at;
}

/* Parses the conversion after its %. Returns the position of its letter. */
static const char *parse_conversion(const char *at, struct fmt_conversion *conversion)
{
    *conversion = (struct fmt_conversion){0};
    if (*at == '#') {
        conversion->prefix = true;
        at++;
    }
    /* The loop reads this 0 again as the first digit of the width, which does no harm. */
    conversion->zeros = *at == '0';
    while (*at >= '0' && *at <= '9') {
        conversion->width = conversion->width * 10 + (size_t)(*at - '0');
        at++;
    }
    if (at[0] == '.' && at[1] == '*') {
        conversion->precision = true;
        at += 2;
    }
    at = parse_length(at, &conversion->length);
    conversion->letter = *at;
    return at;
}

/* Returns true if lib/fmt.h lists the conversion. */
static bool is_known(const struct fmt_conversion *conversion)
{
    switch (conversion->letter) {
    case 's':
        return !conversion->prefix && !conversion->zeros && conversion->length == FMT_INT;
    case 'c':
        return !conversion->prefix && !conversion->zeros && !conversion->precision &&
               conversion->length == FMT_INT;
    case 'd':
    case 'u':
        return !conversion->prefix && !conversion->precision;
    case 'x':
        return !conversion->precision;
    default:
        return false;
    }
}

static uint64_t take_unsigned(struct fmt_arguments *arguments, enum fmt_length length)
{
    switch (length) {
    case FMT_LONG:
        return va_arg(arguments->list, unsigned long);
    case FMT_LONG_LONG:
        return va_arg(arguments->list, unsigned long long);
    case FMT_SIZE:
        return va_arg(arguments->list, size_t);
    case FMT_INT:
    default:
        return va_arg(arguments->list, unsigned int);
    }
}

static int64_t take_signed(struct fmt_arguments *arguments, enum fmt_length length)
{
    switch (length) {
    case FMT_LONG:
        return va_arg(arguments->list, long);
    case FMT_LONG_LONG:
        return va_arg(arguments->list, long long);
    case FMT_SIZE:
        return va_arg(arguments->list, ptrdiff_t);
    case FMT_INT:
    default:
        return va_arg(arguments->list, int);
    }
}

/* Writes sign, padding and digits. Zeros go between sign and digits; blanks go before the sign. */
static void put_number(struct out *out, const struct fmt_conversion *conversion, const char *sign,
                       uint64_t value, unsigned base)
{
    char digits[20]; /* UINT64_MAX has 20 decimal digits */
    size_t first = sizeof(digits);

    do {
        digits[--first] = "0123456789abcdef"[value % base];
        value /= base;
    } while (value != 0);

    size_t count = sizeof(digits) - first;
    size_t length = strlen(sign) + count;

    if (!conversion->zeros)
        put_padding(out, ' ', conversion->width, length);
    put_string(out, sign, strlen(sign));
    if (conversion->zeros)
        put_padding(out, '0', conversion->width, length);
    put_string(out, digits + first, count);
}

static void put_signed(struct out *out, const struct fmt_conversion *conversion, int64_t value)
{
    /* Negate as unsigned: INT64_MIN has no positive counterpart. */
    uint64_t magnitude = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;

    put_number(out, conversion, value < 0 ? "-" : "", magnitude, 10);
}

static void put_text(struct out *out, const struct fmt_conversion *conversion,
                     struct fmt_arguments *arguments)
{
    int limit = conversion->precision ? va_arg(arguments->list, int) : -1;
    const char *string = va_arg(arguments->list, const char *);
    size_t length = 0;

    if (string == NULL)
        string = "(null)";
    /* Do not call strlen: with a precision the string need not end in NUL. A negative precision
     * means that there is none. */
    while ((limit < 0 || length < (size_t)limit) && string[length] != '\0')
        length++;
    put_padding(out, ' ', conversion->width, length);
    put_string(out, string, length);
}

static void put_conversion(struct out *out, const struct fmt_conversion *conversion,
                           struct fmt_arguments *arguments)
{
    switch (conversion->letter) {
    case 's':
        put_text(out, conversion, arguments);
        break;
    case 'c':
        put_padding(out, ' ', conversion->width, 1);
        out->put(out, (char)va_arg(arguments->list, int));
        break;
    case 'd':
        put_signed(out, conversion, take_signed(arguments, conversion->length));
        break;
    case 'u':
        put_number(out, conversion, "", take_unsigned(arguments, conversion->length), 10);
        break;
    default: /* 'x' is the only other letter that is_known() lets through */
        put_number(out, conversion, conversion->prefix ? "0x" : "",
                   take_unsigned(arguments, conversion->length), 16);
        break;
    }
}

/* Writes the conversion whose % is at `at`. Returns the position after it. */
static const char *print_conversion(struct out *out, const char *at,
                                    struct fmt_arguments *arguments)
{
    struct fmt_conversion conversion;

    if (at[1] == '%') {
        out->put(out, '%');
        return at + 2;
    }

    const char *letter = parse_conversion(at + 1, &conversion);

    if (is_known(&conversion)) {
        put_conversion(out, &conversion, arguments);
        return letter + 1;
    }
    /* Leave the letter to the caller: it may be the NUL that ends the format. */
    put_string(out, at, (size_t)(letter - at));
    return letter;
}

void fmt_vprint(struct out *out, const char *format, va_list arguments)
{
    struct fmt_arguments copy;

    va_copy(copy.list, arguments);
    while (*format != '\0') {
        if (*format == '%')
            format = print_conversion(out, format, &copy);
        else
            out->put(out, *format++);
    }
    va_end(copy.list);
}

void fmt_print(struct out *out, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    fmt_vprint(out, format, arguments);
    va_end(arguments);
}
