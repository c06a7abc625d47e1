/* Making a VMCS current, writing and reading it. */
#include "vmx/vmcs.h"

#include "kernel/panic.h"
#include "lib/fmt.h"
#include "vmx/exit_reason.h"

/* Prints "VMfailInvalid", or "VMfailValid, VM-instruction error 7: " and what the manual calls it.
 */
static void print_status(struct out *out, enum vmx_status status)
{
    uint64_t error;
    switch (status) {
    case VMX_SUCCEED:
        fmt_print(out, "VMsucceed");
        return;
    case VMX_FAIL_INVALID:
        fmt_print(out, "VMfailInvalid");
        return;
    case VMX_FAIL_VALID:
        error = vmcs_read(VM_INSTRUCTION_ERROR);
        fmt_print(out, "VMfailValid, VM-instruction error %u: %s", (unsigned)error,
                  vm_instruction_error_text(error));
        return;
    }
}

static bool succeeded(enum vmx_status status, const char *instruction, struct hpa region,
                      struct out *why)
{
    if (status == VMX_SUCCEED)
        return true;
    fmt_print(why, "%s of 0x%llx: ", instruction, (unsigned long long)region.value);
    print_status(why, status);
    return false;
}

bool vmcs_make_current(struct hpa region, uint32_t revision, struct out *why)
{
    /* VMCLEAR comes first. It ignores the revision, and the region may be an active VMCS, which
     * software must not write (SDM Vol 3C §24.11.1). */
    if (!succeeded(vmclear(region), "VMCLEAR", region, why))
        return false;
    *(volatile uint32_t *)region.value = revision;
    return succeeded(vmptrld(region), "VMPTRLD", region, why);
}

bool vmcs_apply(const struct vmcs_image *image, struct out *why)
{
    for (unsigned i = 0; i < FIELD_COUNT; i++) {
        struct vmcs_field field = field_at(i);
        if (!image->known[i] || field_type(field) == FIELD_READ_ONLY)
            continue;
        enum vmx_status status = vmwrite(field, image->value[i]);
        if (status != VMX_SUCCEED) {
            fmt_print(why,
                      "VMWRITE of 0x%llx to %s (0x%04x): ", (unsigned long long)image->value[i],
                      field_name(field), field.encoding);
            print_status(why, status);
            return false;
        }
    }
    return true;
}

void vmcs_capture(const struct vmx_caps *caps, struct vmcs_image *image)
{
    *image = (struct vmcs_image){0};
    for (unsigned i = 0; i < FIELD_COUNT; i++) {
        struct vmcs_field field = field_at(i);
        if (field_exists(field, caps))
            image_set(image, field, vmcs_read(field));
    }
}

void vmcs_access_failed(struct vmcs_field field, enum vmx_status status)
{
    if (status == VMX_FAIL_INVALID) {
        panic("cannot access %s (0x%04x): there is no current VMCS", field_name(field),
              field.encoding);
    }
    uint64_t error = 0;
    (void)vmread(VM_INSTRUCTION_ERROR, &error);
    panic("cannot access %s (0x%04x): VM-instruction error %u: %s", field_name(field),
          field.encoding, (unsigned)error, vm_instruction_error_text(error));
}
