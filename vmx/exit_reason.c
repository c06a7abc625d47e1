/* Names of exit reasons and texts of VM-instruction errors. */
#include "vmx/exit_reason.h"

const char *exit_reason_name(uint16_t basic)
{
    switch (basic) {
#define EXIT(number, name, carries, handle)                                                        \
    case number:                                                                                   \
        return #name;
#include "vmx/exits.def"
#undef EXIT
    default:
        return "UNKNOWN";
    }
}

const char *vm_instruction_error_text(uint64_t number)
{
    switch (number) {
#define ERROR(value, text)                                                                         \
    case value:                                                                                    \
        return text;
#include "vmx/errors.def"
#undef ERROR
    default:
        return "unknown error";
    }
}
