/* Names of exit reasons and texts of VM-instruction errors. */
#include "vmx/exit_reason.h"

#include "lib/bits.h"

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

/* Meanings of the VM-instruction error field after a VMfailValid (SDM Vol 3C §30.4 "VM Instruction
 * Error Numbers"). The manual does not use the other numbers. */
static const char *const errors[] = {
    [1] = "VMCALL executed in VMX root operation",
    [2] = "VMCLEAR given an invalid physical address",
    [3] = "VMCLEAR given the VMXON pointer",
    [4] = "VMLAUNCH on a VMCS that is not clear",
    [5] = "VMRESUME on a VMCS that was not launched",
    [6] = "VMRESUME on a VMCS launched before the last VMXON",
    [7] = "VM entry with an invalid control field",
    [8] = "VM entry with an invalid host-state field",
    [9] = "VMPTRLD given an invalid physical address",
    [10] = "VMPTRLD given the VMXON pointer",
    [11] = "VMPTRLD of a region with the wrong VMCS revision identifier",
    [12] = "VMREAD or VMWRITE of a field that this processor does not have",
    [13] = "VMWRITE to a read-only field",
    [15] = "VMXON executed in VMX root operation",
    [16] = "VM entry with an invalid executive-VMCS pointer",
    [17] = "VM entry with an executive VMCS that was not launched",
    [18] = "VM entry leaving dual-monitor treatment with another executive VMCS than at VMXON",
    [19] = "VMCALL to activate dual-monitor treatment on a VMCS that is not clear",
    [20] = "VMCALL to activate dual-monitor treatment with invalid VM-exit control fields",
    [22] = "VMCALL to activate dual-monitor treatment with the wrong MSEG revision identifier",
    [23] = "VMXOFF under dual-monitor treatment of SMIs and SMM",
    [24] = "VMCALL to activate dual-monitor treatment with invalid SMM-monitor features",
    [25] = "VM entry out of SMM with invalid VM-execution control fields in the executive VMCS",
    [26] = "VM entry while events are blocked by MOV SS",
    [28] = "INVEPT or INVVPID with an invalid operand",
};

const char *vm_instruction_error_text(uint64_t number)
{
    return number < ARRAY_COUNT(errors) && errors[number] ? errors[number] : "unknown error";
}
