/* The VMX instructions (SDM Vol 3C, chapter 30). Functions with a status return how the instruction
 * ended (§30.2 "Conventions"). */
#ifndef VMX_INSTRUCTIONS_H
#define VMX_INSTRUCTIONS_H

#include <stdint.h>

#include "lib/address.h"
#include "vmx/field.h"

enum vmx_status {
    VMX_SUCCEED,
    VMX_FAIL_INVALID, /* there is no current VMCS to hold an error number */
    VMX_FAIL_VALID,   /* VM_INSTRUCTION_ERROR says why */
};

#define VMX_STATUS(invalid, valid)                                                                 \
    ((invalid) ? VMX_FAIL_INVALID : (valid) ? VMX_FAIL_VALID : VMX_SUCCEED)

#define VMX_REGION_INSTRUCTION(name)                                                               \
    static inline enum vmx_status name(struct hpa region)                                          \
    {                                                                                              \
        bool invalid, valid;                                                                       \
        __asm__ volatile(#name " %2"                                                               \
                         : "=@ccc"(invalid), "=@ccz"(valid)                                        \
                         : "m"(region.value)                                                       \
                         : "memory");                                                              \
        return VMX_STATUS(invalid, valid);                                                         \
    }
VMX_REGION_INSTRUCTION(vmxon)
VMX_REGION_INSTRUCTION(vmclear)
VMX_REGION_INSTRUCTION(vmptrld)
#undef VMX_REGION_INSTRUCTION

static inline enum vmx_status vmxoff(void)
{
    bool invalid, valid;
    __asm__ volatile("vmxoff" : "=@ccc"(invalid), "=@ccz"(valid) : : "memory");
    return VMX_STATUS(invalid, valid);
}

static inline enum vmx_status vmread(struct vmcs_field field, uint64_t *value)
{
    bool invalid, valid;
    uint64_t read;
    __asm__ volatile("vmread %3, %2"
                     : "=@ccc"(invalid), "=@ccz"(valid), "=r"(read)
                     : "r"((uint64_t)field.encoding));
    *value = read;
    return VMX_STATUS(invalid, valid);
}

static inline enum vmx_status vmwrite(struct vmcs_field field, uint64_t value)
{
    bool invalid, valid;
    __asm__ volatile("vmwrite %3, %2"
                     : "=@ccc"(invalid), "=@ccz"(valid)
                     : "r"((uint64_t)field.encoding), "r"(value)
                     : "memory");
    return VMX_STATUS(invalid, valid);
}

/* VMREAD and VMWRITE that cannot fail (SDM Vol 3C §30.3): every processor has the field, and a VMCS
 * is current, as after each VM exit. For paths on which every instruction counts. */
static inline uint64_t vmread_any(struct vmcs_field field)
{
    uint64_t read;
    __asm__ volatile("vmread %1, %0" : "=r"(read) : "r"((uint64_t)field.encoding) : "cc");
    return read;
}

static inline void vmwrite_any(struct vmcs_field field, uint64_t value)
{
    __asm__ volatile("vmwrite %1, %0"
                     :
                     : "r"((uint64_t)field.encoding), "r"(value)
                     : "cc", "memory");
}

/* The type "all contexts" of INVEPT and INVVPID. */
enum { INVALIDATE_ALL_CONTEXTS = 2 };

#define VMX_INVALIDATE(name)                                                                       \
    static inline enum vmx_status name(uint64_t type)                                              \
    {                                                                                              \
        bool invalid, valid;                                                                       \
        const uint64_t descriptor[2] = {0, 0};                                                     \
        __asm__ volatile(#name " %2, %3"                                                           \
                         : "=@ccc"(invalid), "=@ccz"(valid)                                        \
                         : "m"(descriptor), "r"(type)                                              \
                         : "memory");                                                              \
        return VMX_STATUS(invalid, valid);                                                         \
    }
VMX_INVALIDATE(invept)
VMX_INVALIDATE(invvpid)
#undef VMX_INVALIDATE

#endif
