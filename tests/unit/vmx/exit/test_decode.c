/* Tests how exits are decoded, with vectors made from the manual's tables (SDM Vol 3C §27.2). */
#include "vmx/exit/decode.h"

#include <stdbool.h>
#include <string.h>

#include "tests/unit/log_lines.h"
#include "vmx/exit_reason.h"

struct vector {
    struct decode_values values;
    const char *text; /* the rest of the line after begins=1 */
};

#define VECTOR(reason, text, ...)                                                                  \
    {                                                                                              \
        {{[FROM_REASON] = (reason), __VA_ARGS__}, 0}, text                                         \
    }
#define QUALIFICATION [FROM_QUALIFICATION]
#define INSTRUCTION   [FROM_INSTRUCTION]
#define LINEAR        [FROM_LINEAR]
#define PHYSICAL      [FROM_PHYSICAL]
#define EVENT         [FROM_EVENT]
#define FACTS         [FROM_FACTS]

/* Many vectors set bits that have no meaning for their exit. */
static const struct vector vectors[] = {
    /* §24.9.2: valid, no error code, a hardware exception: #UD */
    VECTOR(0, " vector=6 type=hardware", EVENT = 0x80000306),
    /* #GP with its error code; bit 12 with and without a meaning */
    VECTOR(0, " vector=13 type=hardware error=0x18 nmi_unblocking=1",
           EVENT = 0x80001b0d, [FROM_EVENT_ERROR] = 0x18, FACTS = FACT_NMI_UNBLOCKING),
    VECTOR(0, " vector=13 type=hardware error=0x18", EVENT = 0x80001b0d, [FROM_EVENT_ERROR] = 0x18),
    VECTOR(0, " vector=8 type=hardware error=0x0", EVENT = 0x80001b08, FACTS = FACT_NMI_UNBLOCKING),
    /* #PF: the qualification is the linear address */
    VECTOR(0, " vector=14 type=hardware error=0x2 linear=0xffff800000401008",
           EVENT = 0x80000b0e, [FROM_EVENT_ERROR] = 2, QUALIFICATION = 0xffff800000401008),
    /* #DB, Table 27-1; INT1 is a privileged software exception without a cause */
    VECTOR(0, " vector=1 type=hardware causes=b0,b3,bd,bs", EVENT = 0x80000301,
           QUALIFICATION = 0x6009),
    VECTOR(0, " vector=1 type=hardware causes=b1,b2,bus_lock,rtm", EVENT = 0x80000301,
           QUALIFICATION = 0x10806 | 0x97f0),
    VECTOR(0, " vector=1 type=privileged causes=none", EVENT = 0x80000501),
    /* INT3 is a software exception; NMI, with and without the source reported */
    VECTOR(0, " vector=3 type=software", EVENT = 0x80000603),
    VECTOR(0, " vector=2 type=nmi", EVENT = 0x80000202),
    VECTOR(0, " vector=2 type=nmi sources=0x5", EVENT = 0x80000202, QUALIFICATION = 5),
    VECTOR(0, " vector=13 type=hardware error=0x0 nested=1", EVENT = 0x80002b0d),
    /* A page fault while #GP was delivered, §24.9.3: bit 12 of both is undefined then */
    VECTOR(0,
           " vector=14 type=hardware error=0x0 linear=0x1000 idt_vector=13 idt_type=hardware "
           "idt_error=0x10",
           EVENT = 0x80000b0e,
           QUALIFICATION = 0x1000, [FROM_VECTORING] = 0x80001b0d, [FROM_VECTORING_ERROR] = 0x10),
    /* The first and last bits of these fields; nothing is printed without the valid bit */
    VECTOR(
        0, "", EVENT = 0x7fffffff,
        QUALIFICATION = UINT64_MAX, [FROM_VECTORING] = 0x7fffffff, [FROM_EVENT_ERROR] = UINT64_MAX),
    VECTOR(0,
           " vector=255 type=hardware error=0xffffffff idt_vector=255 idt_type=hardware "
           "idt_error=0xffffffff",
           EVENT = 0xffffcbff, [FROM_EVENT_ERROR] = UINT64_MAX, [FROM_VECTORING] = 0xffffcbff,
           [FROM_VECTORING_ERROR] = UINT64_MAX, FACTS = FACT_NMI_UNBLOCKING),
    VECTOR(0, " vector=5 type=hardware error=0x0", EVENT = 0xffffcb05, FACTS = FACT_NMI_UNBLOCKING),
    VECTOR(0, " vector=1 type=hardware causes=none", EVENT = 0x80000301,
           QUALIFICATION = ~UINT64_C(0x1680f)),
    VECTOR(0, " vector=2 type=nmi sources=0xffffffffffffffff", EVENT = 0x80000202,
           QUALIFICATION = UINT64_MAX),
    VECTOR(0, " vector=5 type=hardware error=0x0 nested=1", EVENT = 0xffffeb05,
           FACTS = FACT_NMI_UNBLOCKING),
    VECTOR(1, " vector=255 type=software", EVENT = 0xfffffeff),
    VECTOR(1, " vector=255 type=?", EVENT = 0xfffff9ff),
    /* Acknowledged on exit, and not acknowledged */
    VECTOR(1, " vector=239 type=external", EVENT = 0x800000ef),
    VECTOR(1, "", EVENT = 0xef),
    VECTOR(4, " vector=159", QUALIFICATION = 0x9f),
    /* §34.15.2.3: OUTS of two bytes to port 604H, repeated */
    VECTOR(5,
           " port=0x604 direction=out size=2 operand=dx string=1 rep=1 linear=0x7000 io_rcx=0x3 "
           "io_rsi=0x7000 io_rdi=0x8000 io_rip=0x9000",
           QUALIFICATION = 0x6040031, LINEAR = 0x7000, [FROM_IO_RCX] = 3, [FROM_IO_RSI] = 0x7000,
           [FROM_IO_RDI] = 0x8000, [FROM_IO_RIP] = 0x9000),
    VECTOR(5,
           " port=0x60 direction=in size=1 operand=immediate io_rcx=0x0 io_rsi=0x0 io_rdi=0x0 "
           "io_rip=0x0",
           QUALIFICATION = 0x600048),
    /* Exit reason, bits 28 and 29 */
    VECTOR(0x10000006, " mtf_pending=1"),
    VECTOR(0x20000006, " from_root=1"),
    /* Table 27-2 */
    VECTOR(9, " selector=0x28 source=call", QUALIFICATION = 0x28),
    VECTOR(9, " selector=0x28 source=iret", QUALIFICATION = 0x40000028),
    VECTOR(9, " selector=0x28 source=jmp", QUALIFICATION = 0xbfff0028),
    VECTOR(9, " selector=0x40 source=gate idt_vector=48 idt_type=software_interrupt",
           QUALIFICATION = 0xc0000040, [FROM_VECTORING] = 0x80000430),
    /* Instructions with implicit register operands */
    VECTOR(10, " leaf=0x4 subleaf=0x2", [FROM_RAX] = 0xffffffff00000004, [FROM_RCX] = 2),
    VECTOR(11, " leaf=0x4", [FROM_RAX] = 4),
    VECTOR(15, " counter=0x40000001", [FROM_RCX] = 0x40000001),
    VECTOR(31, " msr=0xc0000080", [FROM_RCX] = 0xffffffffc0000080),
    VECTOR(32, " msr=0x1b value=0x1fee00900 instruction=wrmsr", [FROM_RCX] = 0x1b,
           [FROM_RDX] = 0x5500000001, [FROM_RAX] = 0x55fee00900),
    VECTOR(32, " msr=0x1b value=0x0 instruction=wrmsrns", [FROM_RCX] = 0x1b, QUALIFICATION = 1),
    VECTOR(55, " xcr=0 value=0x7", [FROM_RAX] = 7),
    VECTOR(59, " function=0 eptp_index=513", [FROM_RCX] = 513),
    VECTOR(59, " function=0 eptp_index=4294967295", [FROM_RAX] = 0xffffffff00000000,
           [FROM_RCX] = UINT64_MAX),
    VECTOR(59, " function=3", [FROM_RAX] = 3, [FROM_RCX] = 513),
    VECTOR(60, " leaf=0x2", [FROM_RAX] = 2),
    VECTOR(65, " leaf=0x0"),
    VECTOR(70, " leaf=0x1", [FROM_RAX] = 1),
    VECTOR(39, " address=0xfee0000012345678 extensions=0x1 hints=0x20",
           [FROM_RAX] = 0xfee0000012345678, [FROM_RCX] = 1, [FROM_RDX] = 0x20,
           FACTS = FACT_64_BIT_MODE),
    VECTOR(39, " address=0x12345678 extensions=0x1 hints=0x20", [FROM_RAX] = 0xfee0000012345678,
           [FROM_RCX] = 1, [FROM_RDX] = 0x20),
    VECTOR(36, " armed=no extensions=0x0 hints=0x20", [FROM_RAX] = 0x20),
    VECTOR(36, " armed=yes extensions=0x1 hints=0x0", [FROM_RCX] = 1, QUALIFICATION = 1),
    VECTOR(54, " instruction=wbinvd"),
    VECTOR(54, " instruction=wbnoinvd", QUALIFICATION = 1),
    VECTOR(72, " pasid=0x12345", QUALIFICATION = 0x12345),
    VECTOR(73, " pasid=0x12345 privileged=1", QUALIFICATION = 0x80012345),
    /* Lists of MSRs: the index is printed only with MSR bitmaps */
    VECTOR(78, " msr=0x176 addresses=0x1000 values=0x2000 mask=0xf",
           QUALIFICATION = 0x176, [FROM_RSI] = 0x1000, [FROM_RDI] = 0x2000, [FROM_RCX] = 15,
           FACTS = FACT_MSR_BITMAPS),
    VECTOR(78, " addresses=0x1000 values=0x2000 mask=0xf", [FROM_RSI] = 0x1000, [FROM_RDI] = 0x2000,
           [FROM_RCX] = 15),
    VECTOR(79, " msr=0x176 value=0xabc addresses=0x1000 values=0x2000 mask=0xf",
           QUALIFICATION = 0x176, [FROM_MSR_DATA] = 0xabc, [FROM_RSI] = 0x1000, [FROM_RDI] = 0x2000,
           [FROM_RCX] = 15, FACTS = FACT_MSR_BITMAPS),
    VECTOR(79, " addresses=0x0 values=0x0 mask=0x0", [FROM_MSR_DATA] = 0xabc),
    /* The MSR is in the qualification, the register in bits 6:3 of the information */
    VECTOR(80, " msr=0x1b01 register=rbx", QUALIFICATION = 0x1b01, INSTRUCTION = 0xffffff9f),
    VECTOR(81, " msr=0x1b01 register=r9 value=0x77", QUALIFICATION = 0x1b01,
           INSTRUCTION = 9 << 3, [FROM_R9] = 0x77),
    VECTOR(84, " msr=0x6e0 register=r15", QUALIFICATION = 0x6e0, INSTRUCTION = 15 << 3),
    VECTOR(85, " msr=0x6e0 register=rsp value=0x123456789a", QUALIFICATION = 0x6e0,
           INSTRUCTION = 4 << 3, [FROM_RSP] = 0x123456789a, FACTS = FACT_64_BIT_MODE),
    /* Table 27-3 */
    VECTOR(28, " cr=3 operation=mov_to register=rcx value=0x1000",
           QUALIFICATION = 0x103, [FROM_RCX] = 0x1000),
    VECTOR(28, " cr=4 operation=mov_to register=rsp value=0x7fffffff8",
           QUALIFICATION = 0x404, [FROM_RSP] = 0x7fffffff8, FACTS = FACT_64_BIT_MODE),
    VECTOR(28, " cr=4 operation=mov_to register=rsp value=0xfffffff8",
           QUALIFICATION = 0x404, [FROM_RSP] = 0x7fffffff8),
    VECTOR(28, " cr=8 operation=mov_from register=r12", QUALIFICATION = 0xc18, [FROM_R12] = 0x55),
    VECTOR(28, " cr=0 operation=clts", QUALIFICATION = 0x20),
    VECTOR(28, " cr=0 operation=lmsw operand=register value=0x31", QUALIFICATION = 0x310030,
           LINEAR = 0x55),
    VECTOR(28, " cr=0 operation=lmsw operand=memory value=0x31 linear=0x7c00",
           QUALIFICATION = 0x310070, LINEAR = 0x7c00),
    /* Table 27-4 */
    VECTOR(29, " dr=7 operation=mov_to register=rdi value=0x400",
           QUALIFICATION = 0x7ef, [FROM_RDI] = 0x400),
    VECTOR(29, " dr=6 operation=mov_from register=r8", QUALIFICATION = 0x816, [FROM_R8] = 1),
    /* Table 27-5, and Table 27-8 for strings */
    VECTOR(30, " port=0x80 direction=out size=1 operand=immediate value=0x34",
           QUALIFICATION = 0x800040, [FROM_RAX] = 0x1234, LINEAR = 0x55, INSTRUCTION = 0x55),
    VECTOR(30, " port=0xcf8 direction=out size=4 operand=dx value=0x80000000",
           QUALIFICATION = 0xcf80003, [FROM_RAX] = 0x5580000000),
    VECTOR(30, " port=0x1f0 direction=out size=2 operand=dx value=0xabcd",
           QUALIFICATION = 0x1f00001, [FROM_RAX] = 0x99abcd),
    VECTOR(30, " port=0x3fd direction=in size=1 operand=dx",
           QUALIFICATION = 0x3fd0008, [FROM_RAX] = 0x55),
    VECTOR(30,
           " port=0x1f0 direction=in size=2 operand=dx string=1 rep=1 rcx=0x100 linear=0x9000 "
           "address_size=64",
           QUALIFICATION = 0x1f00039, [FROM_RCX] = 0x100, LINEAR = 0x9000, INSTRUCTION = 0xfffffd7f,
           FACTS = FACT_INS_OUTS),
    VECTOR(30,
           " port=0xe9 direction=out size=1 operand=dx string=1 rep=1 rcx=0x5 linear=0xa000 "
           "segment=fs address_size=32",
           QUALIFICATION = 0xe90030, [FROM_RCX] = 5, LINEAR = 0xa000,
           INSTRUCTION = 4 << 15 | 1 << 7, FACTS = FACT_INS_OUTS),
    VECTOR(30, " port=0xe9 direction=out size=1 operand=dx string=1 linear=0xa000",
           QUALIFICATION = 0xe90010, [FROM_RCX] = 5, LINEAR = 0xa000, INSTRUCTION = 0x55),
    /* Operands in memory. Table 27-9: Reg2 is RDX; ds:[rax+rcx*8+10H] */
    VECTOR(14, " linear=0xffffffff80000000", QUALIFICATION = 0xffffffff80000000),
    VECTOR(50,
           " type=0x1 segment=ds displacement=0x10 base=rax index=rcx scale=8 address_size=64 "
           "address=0x1050",
           INSTRUCTION = (uint64_t)2 << 28 | 0 << 23 | 1 << 18 | 3 << 15 | 2 << 7 | 3 | 0x7c << 0,
           QUALIFICATION = 0x10, [FROM_RAX] = 0x1000, [FROM_RCX] = 8, [FROM_RDX] = 1,
           FACTS = FACT_64_BIT_MODE),
    /* no index; negative displacement from RSP */
    VECTOR(53,
           " type=0x2 segment=ss displacement=0xfffffffffffffff8 base=rsp address_size=64 "
           "address=0x5ff8",
           INSTRUCTION = (uint64_t)15 << 28 | 4 << 23 | 1 << 22 | 2 << 15 | 2 << 7 | 3,
           QUALIFICATION = 0xfffffffffffffff8, [FROM_RSP] = 0x6000, [FROM_R15] = 2,
           FACTS = FACT_64_BIT_MODE),
    /* RIP-relative: the displacement includes RIP; no base, no index */
    VECTOR(58, " type=0x3 segment=ds displacement=0x401234 address_size=64 address=0x401234",
           INSTRUCTION = (uint64_t)3 << 28 | 1 << 27 | 1 << 22 | 3 << 15 | 2 << 7,
           QUALIFICATION = 0x401234, [FROM_RBX] = 3, FACTS = FACT_64_BIT_MODE),
    /* Table 27-10: 32-bit addresses wrap, and the upper bits are undefined */
    VECTOR(46,
           " instruction=lgdt operand_size=32 segment=ds displacement=0xffffffff base=rbx "
           "address_size=32 address=0x1fff",
           INSTRUCTION = (uint64_t)2 << 28 | 3 << 23 | 1 << 22 | 3 << 15 | 1 << 11 | 1 << 7,
           QUALIFICATION = 0x55ffffffff, [FROM_RBX] = 0x2000),
    /* gs:[bx+si], 16-bit */
    VECTOR(46,
           " instruction=sidt operand_size=16 segment=gs displacement=0x0 base=rbx index=rsi "
           "scale=1 address_size=16 address=0x10",
           INSTRUCTION = (uint64_t)1 << 28 | 3 << 23 | 6 << 18 | 5 << 15,
           QUALIFICATION = 0x550000, [FROM_RBX] = 0xfff0, [FROM_RSI] = 0x20),
    VECTOR(46, " instruction=sgdt segment=es displacement=0x8 address_size=64 address=0x8",
           INSTRUCTION = 1 << 27 | 1 << 22 | 2 << 7 | 1 << 11, QUALIFICATION = 8,
           FACTS = FACT_64_BIT_MODE),
    VECTOR(46, " instruction=lidt segment=cs displacement=0x8 address_size=64 address=0x8",
           INSTRUCTION = (uint64_t)3 << 28 | 1 << 27 | 1 << 22 | 1 << 15 | 2 << 7,
           QUALIFICATION = 8, FACTS = FACT_64_BIT_MODE),
    /* Table 27-11: with a register operand, nothing is printed about memory */
    VECTOR(47, " instruction=ltr register=rax value=0x18",
           INSTRUCTION = (uint64_t)3 << 28 | 1 << 10 | 0x8000, [FROM_RAX] = 0x18),
    VECTOR(47, " instruction=lldt register=r10 value=0x20",
           INSTRUCTION = (uint64_t)2 << 28 | 1 << 10 | 10 << 3, [FROM_R10] = 0x20),
    VECTOR(47, " instruction=str register=rdx", INSTRUCTION = 1 << 28 | 1 << 10 | 2 << 3),
    VECTOR(47,
           " instruction=sldt segment=ds displacement=0x700 index=rbp scale=4 address_size=32 "
           "address=0x740",
           INSTRUCTION = 1 << 27 | 5 << 18 | 3 << 15 | 1 << 7 | 2,
           QUALIFICATION = 0x700, [FROM_RBP] = 0x10),
    /* Tables 27-12 and 27-13 */
    VECTOR(57, " register=r13 operand_size=64", INSTRUCTION = 0xffffe787 | 13 << 3 | 2 << 11),
    VECTOR(57, " register=rsi operand_size=16", INSTRUCTION = 6 << 3),
    VECTOR(61, " register=rbp operand_size=32", INSTRUCTION = 5 << 3 | 1 << 11),
    VECTOR(67, " register=rcx value=0x1 deadline=0x200000001",
           INSTRUCTION = 1 << 3, [FROM_RCX] = 1, [FROM_RDX] = 2, [FROM_RAX] = 1),
    VECTOR(68, " register=rdi value=0x0 deadline=0x0", INSTRUCTION = 7 << 3),
    /* Table 27-14 */
    VECTOR(19, " segment=ds displacement=0x0 base=rax address_size=64 address=0x3000",
           INSTRUCTION = 1 << 22 | 3 << 15 | 2 << 7, [FROM_RAX] = 0x3000),
    VECTOR(21, " segment=ds displacement=0x0 base=r8 address_size=64 address=0x3000",
           INSTRUCTION = 8 << 23 | 1 << 22 | 3 << 15 | 2 << 7, [FROM_R8] = 0x3000),
    VECTOR(22, " segment=ds displacement=0x0 base=r11 address_size=64 address=0x3000",
           INSTRUCTION = 11 << 23 | 1 << 22 | 3 << 15 | 2 << 7, [FROM_R11] = 0x3000),
    VECTOR(27, " segment=ds displacement=0x0 base=r14 address_size=64 address=0x3000",
           INSTRUCTION = 14 << 23 | 1 << 22 | 3 << 15 | 2 << 7, [FROM_R14] = 0x3000),
    VECTOR(63,
           " components=0x8000000000000100 segment=ds displacement=0x0 base=rdi address_size=64 "
           "address=0x3000",
           INSTRUCTION = 7 << 23 | 1 << 22 | 3 << 15 | 2 << 7, [FROM_RDI] = 0x3000,
           [FROM_RDX] = 0x80000000, [FROM_RAX] = 0x100),
    VECTOR(64,
           " components=0x100 segment=ds displacement=0x0 base=rdi address_size=64 "
           "address=0x3000",
           INSTRUCTION = 7 << 23 | 1 << 22 | 3 << 15 | 2 << 7, [FROM_RDI] = 0x3000,
           [FROM_RAX] = 0x100),
    /* Table 27-15: the encoding is in Reg2 */
    VECTOR(23, " encoding=0x4402 register=rbx",
           INSTRUCTION = (uint64_t)9 << 28 | 1 << 10 | 3 << 3, [FROM_R9] = 0x4402),
    VECTOR(23,
           " encoding=0x4402 segment=ds displacement=0x0 base=rax address_size=64 address=0x3000",
           INSTRUCTION = (uint64_t)9 << 28 | 1 << 22 | 3 << 15 | 2 << 7 | 0x78, [FROM_R9] = 0x4402,
           [FROM_RAX] = 0x3000),
    VECTOR(25, " encoding=0x681e register=rcx value=0x200000",
           INSTRUCTION = (uint64_t)2 << 28 | 1 << 10 | 1 << 3, [FROM_RDX] = 0x681e,
           [FROM_RCX] = 0x200000),
    VECTOR(25,
           " encoding=0x681e segment=ds displacement=0x0 base=rax address_size=64 address=0x3000",
           INSTRUCTION = (uint64_t)2 << 28 | 1 << 22 | 3 << 15 | 2 << 7 | 1 << 3,
           [FROM_RDX] = 0x681e, [FROM_RAX] = 0x3000),
    /* Table 27-16 */
    VECTOR(69, " xmm_first=3 xmm_second=12 key_source=1 no_backup=1",
           INSTRUCTION = (uint64_t)12 << 28 | 3 << 3, [FROM_RAX] = 3),
    VECTOR(69, " xmm_first=15 xmm_second=0 key_source=15",
           INSTRUCTION = 0x0fffffff, [FROM_RAX] = 0xfffffffffffffffe),
    VECTOR(69, " xmm_first=0 xmm_second=1 key_source=0", INSTRUCTION = 0x1fffff87),
    /* Table 27-6: only linear accesses have an offset */
    VECTOR(44, " access_type=read offset=0x20", QUALIFICATION = 0x20),
    VECTOR(44, " access_type=write offset=0x300", QUALIFICATION = 0x1300),
    VECTOR(44, " access_type=fetch offset=0x0", QUALIFICATION = 0x2000),
    VECTOR(44, " access_type=event offset=0xff8 idt_vector=14 idt_type=hardware idt_error=0x6",
           QUALIFICATION = 0x3ff8, [FROM_VECTORING] = 0x80000b0e, [FROM_VECTORING_ERROR] = 6),
    VECTOR(44, " access_type=asynchronous offset=0x8 asynchronous=1", QUALIFICATION = 0x14008),
    VECTOR(44, " access_type=physical_event", QUALIFICATION = 0xafff),
    VECTOR(44, " access_type=physical_asynchronous", QUALIFICATION = 0xbfff),
    VECTOR(44, " access_type=physical_instruction", QUALIFICATION = 0xffff),
    VECTOR(44, " access_type=? offset=0x0", QUALIFICATION = 0x5000),
    VECTOR(45, " vector=49", QUALIFICATION = 0x31),
    VECTOR(56, " offset=0x300", QUALIFICATION = 0x300),
    /* Table 27-7: a write to a page that may be read and executed */
    VECTOR(48, " gpa=0x201000 access=-w- allowed=r-x linear=0x7000201000 target=page",
           QUALIFICATION = 0x1aa, PHYSICAL = 0x201000, LINEAR = 0x7000201000),
    /* an access to a paging-structure entry; bits 11:9 have no meaning then */
    VECTOR(48, " gpa=0x1000 access=rw- allowed=--- linear=0x400000 target=paging_structure",
           QUALIFICATION = 0xe83, PHYSICAL = 0x1000, LINEAR = 0x400000,
           FACTS = FACT_ADVANCED_EPT_VIOLATION),
    /* PDPTEs: no linear address */
    VECTOR(48, " gpa=0x1000 access=r-- allowed=--- nmi_unblocking=1", QUALIFICATION = 0x1f41,
           PHYSICAL = 0x1000, LINEAR = 0x55,
           FACTS = FACT_ADVANCED_EPT_VIOLATION | FACT_NMI_UNBLOCKING),
    /* all bits of the table */
    VECTOR(48,
           " gpa=0x1000 access=--x allowed=rw- linear=0x2000 target=page allowed_user_x=yes "
           "linear_user=yes linear_w=no linear_x=no nmi_unblocking=1 shadow_stack=1 "
           "allowed_supervisor_shadow_stack=yes guest_paging_verification=1 asynchronous=1",
           QUALIFICATION = 0x1fbdc, PHYSICAL = 0x1000, LINEAR = 0x2000,
           FACTS = FACT_ADVANCED_EPT_VIOLATION | FACT_NMI_UNBLOCKING | FACT_MODE_BASED_EXECUTE |
                   FACT_SUPERVISOR_SHADOW_STACK),
    VECTOR(48,
           " gpa=0x1000 access=r-- allowed=--x linear=0x2000 target=page allowed_user_x=no "
           "linear_user=no linear_w=yes linear_x=yes allowed_supervisor_shadow_stack=no",
           QUALIFICATION = 0x5a1, PHYSICAL = 0x1000, LINEAR = 0x2000,
           FACTS = FACT_ADVANCED_EPT_VIOLATION | FACT_MODE_BASED_EXECUTE |
                   FACT_SUPERVISOR_SHADOW_STACK),
    /* while an external interrupt was delivered: bit 12 is undefined */
    VECTOR(48,
           " gpa=0x1000 access=-w- allowed=r-- linear=0x2000 target=page idt_vector=32 "
           "idt_type=external",
           QUALIFICATION = 0x118a, PHYSICAL = 0x1000,
           LINEAR = 0x2000, [FROM_VECTORING] = 0x80000020, FACTS = FACT_NMI_UNBLOCKING),
    VECTOR(49, " gpa=0xfee00000", PHYSICAL = 0xfee00000, LINEAR = 0x55),
    VECTOR(0x02000031, " gpa=0xfee00000 linear=0x2000 shadow_stack_busy=1", PHYSICAL = 0xfee00000,
           LINEAR = 0x2000),
    VECTOR(62, " nmi_unblocking=1 asynchronous=1", QUALIFICATION = 0x1ffff,
           FACTS = FACT_NMI_UNBLOCKING),
    VECTOR(0x0200003e, " linear=0xffffffffffffffff shadow_stack_busy=1", LINEAR = UINT64_MAX),
    VECTOR(0x02000031, " gpa=0x0 linear=0xffffffffffffffff shadow_stack_busy=1",
           LINEAR = UINT64_MAX),
    VECTOR(0x0200004b, " linear=0xffffffffffffffff shadow_stack_busy=1", LINEAR = UINT64_MAX),
    VECTOR(0x0200003e, " linear=0x2000 shadow_stack_busy=1", QUALIFICATION = 0xffff,
           LINEAR = 0x2000),
    VECTOR(62, ""),
    VECTOR(66, " event=misconfiguration gpa=0x1000 linear=0x2000", QUALIFICATION = 0xe7ff,
           PHYSICAL = 0x1000, LINEAR = 0x2000),
    VECTOR(66, " event=miss gpa=0x1000 linear=0x2000 nmi_unblocking=1 asynchronous=1",
           QUALIFICATION = 0x11800, PHYSICAL = 0x1000, LINEAR = 0x2000,
           FACTS = FACT_NMI_UNBLOCKING),
    /* §26.8; no exit line shows these, because a failed entry ends the run */
    VECTOR(33, " failure=pdptes", QUALIFICATION = 2),
    VECTOR(33, " failure=nmi_injection", QUALIFICATION = 3),
    VECTOR(33, " failure=link_pointer", QUALIFICATION = 4),
    VECTOR(33, " failure=other"),
    VECTOR(33, " failure=?", QUALIFICATION = 5),
    VECTOR(34, " msr_entry=12", QUALIFICATION = 12),
    VECTOR(75, " context_invalid=1 nmi_unblocking=1", QUALIFICATION = 0xffff,
           FACTS = FACT_NMI_UNBLOCKING),
    VECTOR(0x0200004b, " linear=0x2000 shadow_stack_busy=1", LINEAR = 0x2000),
    VECTOR(0x0200004b, " context_invalid=1 shadow_stack_busy=1", QUALIFICATION = 1,
           LINEAR = 0x2000),
    VECTOR(75, " idt_vector=3 idt_type=software", [FROM_VECTORING] = 0x80000603),
    /* Types of events that occur only in the IDT-vectoring information */
    VECTOR(75, " idt_vector=1 idt_type=privileged", [FROM_VECTORING] = 0x80000501),
    VECTOR(75, " idt_vector=2 idt_type=nmi", [FROM_VECTORING] = 0x80000202),
    VECTOR(75, " idt_vector=1 idt_type=other", [FROM_VECTORING] = 0x80000701),
    VECTOR(75, " idt_vector=13 idt_type=hardware idt_error=0x0 idt_nested=1",
           [FROM_VECTORING] = 0x80002b0d),
    /* Exit reason, bits 26 and 27 */
    VECTOR(0x0400004a, " bus_lock=1"),
    VECTOR(0x0800000c, " enclave=1"),
    VECTOR(0xc1ff000c, ""),
    VECTOR(0xebff000c, " shadow_stack_busy=1 enclave=1 from_root=1"),
    VECTOR(0xd5ff000c, " bus_lock=1 mtf_pending=1"),
};

/* Vectors with nearly all bits set: fields and conditions use only the bits that the manual gives.
 * Bits 3:0 of each register hold its number, the other bits are 1. */
#define ONES        UINT64_MAX
#define NOT(hi, lo) (~BITS(hi, lo))
#define LONG_ONES   "0xffffffffffffffff"
#define NO_OPERAND  " segment=? displacement=" LONG_ONES " address_size=? address=" LONG_ONES

static const struct edge {
    uint16_t reason;
    uint64_t qualification, instruction, facts;
    const char *text;
} edges[] = {
    {4, ONES, 0, 0, " vector=255"},
    {5, ONES, 0, 0,
     " port=0xffff direction=in size=? operand=immediate string=1 rep=1 linear=" LONG_ONES
     " io_rcx=" LONG_ONES " io_rsi=" LONG_ONES " io_rdi=" LONG_ONES " io_rip=" LONG_ONES},
    {5, NOT(4, 3) & NOT(31, 31), 0, 0,
     " port=0x7fff direction=out size=? operand=immediate rep=1 io_rcx=" LONG_ONES
     " io_rsi=" LONG_ONES " io_rdi=" LONG_ONES " io_rip=" LONG_ONES},
    {5, NOT(6, 5), 0, 0,
     " port=0xffff direction=in size=? operand=dx string=1 linear=" LONG_ONES " io_rcx=" LONG_ONES
     " io_rsi=" LONG_ONES " io_rdi=" LONG_ONES " io_rip=" LONG_ONES},
    {9, ONES, 0, 0, " selector=0xffff source=gate"},
    {10, ONES, 0, 0, " leaf=0xfffffff0 subleaf=0xfffffff1"},
    {11, ONES, 0, 0, " leaf=0xfffffff0"},
    {14, ONES, 0, 0, " linear=" LONG_ONES},
    {15, ONES, 0, 0, " counter=0xfffffff1"},
    {19, ONES, ONES, ONES, NO_OPERAND},
    {21, ONES, ONES, ONES, NO_OPERAND},
    {22, ONES, ONES, ONES, NO_OPERAND},
    {23, ONES, ONES, ONES, " encoding=0xffffffffffffffff register=r15"},
    {23, ONES, NOT(10, 10), ONES, " encoding=0xffffffffffffffff" NO_OPERAND},
    {25, ONES, ONES, ONES, " encoding=0xffffffffffffffff register=r15 value=" LONG_ONES},
    {25, ONES, NOT(10, 10), ONES, " encoding=0xffffffffffffffff" NO_OPERAND},
    {27, ONES, ONES, ONES, NO_OPERAND},
    {28, NOT(5, 4), 0, ONES, " cr=15 operation=mov_to register=r15 value=" LONG_ONES},
    {28, NOT(5, 5), 0, ONES, " cr=15 operation=mov_from register=r15"},
    {28, NOT(4, 4), 0, ONES, " cr=15 operation=clts"},
    {28, ONES, 0, ONES, " cr=15 operation=lmsw operand=memory value=0xffff linear=" LONG_ONES},
    {28, NOT(6, 6), 0, ONES, " cr=15 operation=lmsw operand=register value=0xffff"},
    {29, ONES, 0, ONES, " dr=7 operation=mov_from register=r15"},
    {29, NOT(4, 4), 0, ONES, " dr=7 operation=mov_to register=r15 value=" LONG_ONES},
    {30, ONES, ONES, ONES,
     " port=0xffff direction=in size=? operand=immediate string=1 rep=1 "
     "rcx=0xfffffffffffffff1 linear=" LONG_ONES " address_size=?"},
    {30, NOT(3, 3), ONES, ONES,
     " port=0xffff direction=out size=? operand=immediate string=1 rep=1 "
     "rcx=0xfffffffffffffff1 linear=" LONG_ONES " segment=? address_size=?"},
    {30, NOT(3, 3), NOT(17, 17) & NOT(15, 15) & NOT(9, 7), ONES,
     " port=0xffff direction=out size=? operand=immediate string=1 rep=1 "
     "rcx=0xfffffffffffffff1 linear=" LONG_ONES " segment=ss address_size=16"},
    {30, NOT(3, 3), NOT(17, 16) & NOT(8, 7), ONES,
     " port=0xffff direction=out size=? operand=immediate string=1 rep=1 "
     "rcx=0xfffffffffffffff1 linear=" LONG_ONES " segment=cs address_size=?"},
    {30, NOT(6, 6) & NOT(4, 0), ONES, ONES,
     " port=0xffff direction=out size=1 operand=dx value=0xf0 rep=1 rcx=0xfffffffffffffff1"},
    {30, NOT(5, 1), ONES, ONES, " port=0xffff direction=out size=2 operand=immediate value=0xfff0"},
    {30, NOT(5, 2), ONES, ONES,
     " port=0xffff direction=out size=4 operand=immediate value=0xfffffff0"},
    {31, ONES, 0, 0, " msr=0xfffffff1"},
    {32, ONES, 0, 0, " msr=0xfffffff1 value=0xfffffff2fffffff0 instruction=wrmsrns"},
    {33, ONES, 0, 0, " failure=?"},
    {34, ONES, 0, 0, " msr_entry=4294967295"},
    {36, ONES, 0, 0, " armed=yes extensions=0xfffffff1 hints=0xfffffff0"},
    {39, ONES, 0, 0, " address=0xfffffff0 extensions=0xfffffff1 hints=0xfffffff2"},
    {39, ONES, 0, FACT_64_BIT_MODE,
     " address=0xfffffffffffffff0 extensions=0xfffffff1 hints=0xfffffff2"},
    {44, ONES, 0, 0, " access_type=physical_instruction asynchronous=1"},
    {44, NOT(16, 15), 0, 0, " access_type=? offset=0xfff"},
    {45, ONES, 0, 0, " vector=255"},
    {46, ONES, ONES, NOT(0, 0), " instruction=lidt operand_size=32" NO_OPERAND},
    {47, ONES, ONES, ONES, " instruction=ltr register=r15 value=" LONG_ONES},
    {47, ONES, NOT(29, 29), ONES, " instruction=str register=r15"},
    {47, ONES, NOT(10, 10), ONES, " instruction=ltr" NO_OPERAND},
    {48, ONES, 0, ONES,
     " gpa=" LONG_ONES " access=rwx allowed=rwx linear=" LONG_ONES
     " target=page allowed_user_x=yes linear_user=yes linear_w=yes linear_x=no nmi_unblocking=1 "
     "shadow_stack=1 allowed_supervisor_shadow_stack=yes guest_paging_verification=1 "
     "asynchronous=1"},
    {48, NOT(13, 9) & NOT(3, 3), 0, ONES,
     " gpa=" LONG_ONES " access=rwx allowed=-wx linear=" LONG_ONES
     " target=page allowed_user_x=yes linear_user=no linear_w=no linear_x=yes "
     "allowed_supervisor_shadow_stack=yes guest_paging_verification=1 asynchronous=1"},
    {48, NOT(12, 12) & NOT(14, 14) & NOT(16, 16) & NOT(0, 0) & NOT(8, 8), 0, ONES,
     " gpa=" LONG_ONES " access=-wx allowed=rwx linear=" LONG_ONES
     " target=paging_structure allowed_user_x=yes shadow_stack=1 "
     "allowed_supervisor_shadow_stack=no guest_paging_verification=1"},
    {48, NOT(13, 13) & NOT(15, 15) & NOT(7, 6), 0, ONES,
     " gpa=" LONG_ONES " access=rwx allowed=rwx allowed_user_x=no nmi_unblocking=1 "
     "allowed_supervisor_shadow_stack=yes asynchronous=1"},
    {49, ONES, 0, 0, " gpa=" LONG_ONES},
    {50, ONES, ONES, ONES, " type=" LONG_ONES NO_OPERAND},
    {53, ONES, ONES, ONES, " type=" LONG_ONES NO_OPERAND},
    {54, ONES, 0, 0, " instruction=wbnoinvd"},
    {55, ONES, 0, 0, " xcr=4294967281 value=0xfffffff2fffffff0"},
    {56, ONES, 0, 0, " offset=0xfff"},
    {57, ONES, ONES, 0, " register=r15 operand_size=?"},
    {58, ONES, ONES, ONES, " type=" LONG_ONES NO_OPERAND},
    {59, ONES, 0, 0, " function=4294967280"},
    {60, ONES, 0, 0, " leaf=0xfffffff0"},
    {61, ONES, ONES, 0, " register=r15 operand_size=?"},
    {61, ONES, NOT(12, 12), 0, " register=r15 operand_size=32"},
    {62, ONES, 0, ONES, " nmi_unblocking=1 asynchronous=1"},
    {62, NOT(12, 12) & NOT(16, 16), 0, ONES, ""},
    {63, ONES, ONES, ONES, " components=0xfffffff2fffffff0" NO_OPERAND},
    {64, ONES, ONES, ONES, " components=0xfffffff2fffffff0" NO_OPERAND},
    {65, ONES, 0, 0, " leaf=0xfffffff0"},
    {66, ONES, 0, ONES,
     " event=miss gpa=" LONG_ONES " linear=" LONG_ONES " nmi_unblocking=1 asynchronous=1"},
    {66, NOT(12, 12) & NOT(16, 16), 0, ONES, " event=miss gpa=" LONG_ONES " linear=" LONG_ONES},
    {66, NOT(11, 11), 0, 0,
     " event=misconfiguration gpa=" LONG_ONES " linear=" LONG_ONES " asynchronous=1"},
    {67, ONES, ONES, ONES, " register=r15 value=" LONG_ONES " deadline=0xfffffff2fffffff0"},
    {68, ONES, ONES, ONES, " register=r15 value=" LONG_ONES " deadline=0xfffffff2fffffff0"},
    {69, ONES, ONES, 0, " xmm_first=15 xmm_second=15 key_source=8"},
    {70, ONES, 0, 0, " leaf=0xfffffff0"},
    {72, ONES, 0, 0, " pasid=0xfffff"},
    {73, ONES, 0, 0, " pasid=0xfffff privileged=1"},
    {73, NOT(31, 31), 0, 0, " pasid=0xfffff"},
    {75, ONES, 0, ONES, " context_invalid=1 nmi_unblocking=1"},
    {75, ONES, 0, 0, " context_invalid=1"},
    {75, NOT(0, 0) & NOT(12, 12), 0, ONES, ""},
    {78, ONES, 0, ONES,
     " msr=0xffffffff addresses=0xfffffffffffffff6 values=0xfffffffffffffff7 "
     "mask=0xfffffffffffffff1"},
    {79, ONES, 0, ONES,
     " msr=0xffffffff value=" LONG_ONES " addresses=0xfffffffffffffff6 "
     "values=0xfffffffffffffff7 mask=0xfffffffffffffff1"},
    {80, ONES, ONES, 0, " msr=0xffffffff register=r15"},
    {81, ONES, ONES, ONES, " msr=0xffffffff register=r15 value=" LONG_ONES},
    {84, ONES, ONES, 0, " msr=0xffffffff register=r15"},
    {85, ONES, ONES, ONES, " msr=0xffffffff register=r15 value=" LONG_ONES},
};

/* Returns the values of an edge. The vectors above test events, so these have none. */
static struct decode_values values_of(const struct edge *edge)
{
    struct decode_values values;
    memset(&values, 0xff, sizeof values);
    values.unknown = 0;
    for (unsigned i = FROM_RAX; i <= FROM_R15; i++)
        values.at[i] = NOT(3, 0) | i;
    values.at[FROM_REASON] = edge->reason;
    values.at[FROM_QUALIFICATION] = edge->qualification;
    values.at[FROM_INSTRUCTION] = edge->instruction;
    values.at[FROM_FACTS] = edge->facts;
    values.at[FROM_EVENT] = 0;
    values.at[FROM_VECTORING] = 0;
    return values;
}

static void check(const struct decode_values *values, const char *text)
{
    char want[1024] = "exit: begins=1";
    struct line *line = log_begin();
    line_begin(line, "exit");
    line_decimal(line, "begins", 1);
    decode(values, line);
    line_end(line);
    log_parse();
    strcat(strcat(want, text), "\r\n");
    if (strcmp(log_lines.text, want) != 0) {
        fail_msg("reason %#x: printed\n%sexpected\n%s", (unsigned)values->at[FROM_REASON],
                 log_lines.text, want);
    }
}

static void vectors_decode_to_their_text(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(vectors); i++)
        check(&vectors[i].values, vectors[i].text);
}

/* Prints nothing that depends on an unread value. */
static void unread_values_are_not_printed(void **state)
{
    enum { RAX = BIT(FROM_RAX), RCX = BIT(FROM_RCX), RDX = BIT(FROM_RDX), R15 = BIT(FROM_R15) };
    static const struct {
        uint32_t unknown;
        uint64_t reason, qualification, instruction;
        const char *text;
    } left_out[] = {
        {RCX, 10, 0, 0, " leaf=0xfffffff0"},
        {RAX, 10, 0, 0, " subleaf=0xfffffff1"},
        {R15, 10, 0, 0, " leaf=0xfffffff0 subleaf=0xfffffff1"},
        {RAX, 32, 0, 0, " msr=0xfffffff1 instruction=wrmsr"},
        {RDX, 32, 0, 0, " msr=0xfffffff1 instruction=wrmsr"},
        {BIT(FROM_QUALIFICATION), 32, 0, 0, " msr=0xfffffff1 value=0xfffffff2fffffff0"},
        {RAX, 59, 0, 0, ""}, /* RAX tells whether it is EPTP switching */
        {R15, 28, 0xf03, 0, " cr=3 operation=mov_to register=r15"},
        {RCX, 28, 0xf03, 0, " cr=3 operation=mov_to register=r15 value=0xffffffff"},
        /* 16-bit addresses of base RCX and index R15: both known, one unknown, none used */
        {0, 21, 4, 0x00bc0000,
         " segment=es displacement=0x4 base=rcx index=r15 scale=1 address_size=16 address=0xfff4"},
        {RCX, 21, 4, 0x00bc0000,
         " segment=es displacement=0x4 base=rcx index=r15 scale=1 address_size=16"},
        {R15, 21, 4, 0x00bc0000,
         " segment=es displacement=0x4 base=rcx index=r15 scale=1 address_size=16"},
        {RCX | R15, 21, 4, 0x08400000, " segment=es displacement=0x4 address_size=16 address=0x4"},
        {BIT(FROM_INSTRUCTION), 21, 4, 0, ""},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(left_out); i++) {
        const struct edge edge = {(uint16_t)left_out[i].reason, left_out[i].qualification,
                                  left_out[i].instruction, 0, NULL};
        struct decode_values values = values_of(&edge);
        values.unknown = left_out[i].unknown;
        check(&values, left_out[i].text);
    }
}

static void fields_end_where_the_manual_says(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(edges); i++) {
        const struct decode_values values = values_of(&edges[i]);
        check(&values, edges[i].text);
    }
}

/* Properties of each exit reason in exits.def. */
static const struct {
    uint16_t number;
    uint32_t carries;
    const char *name;
} reasons[] = {
#define EXIT(number, name, carries, handle) {number, carries, #name},
#include "vmx/exits.def"
#undef EXIT
};

static unsigned carrier(unsigned from)
{
    switch (from) {
    case FROM_REASON:
    case FROM_FACTS:
        return HAS_NOTHING;
    case FROM_QUALIFICATION:
        return HAS_QUALIFICATION;
    case FROM_INSTRUCTION:
        return HAS_INSTRUCTION;
    case FROM_LINEAR:
        return HAS_LINEAR;
    case FROM_PHYSICAL:
        return HAS_PHYSICAL;
    case FROM_EVENT:
    case FROM_EVENT_ERROR:
        return HAS_EVENT;
    case FROM_VECTORING:
    case FROM_VECTORING_ERROR:
        return HAS_VECTORING;
    case FROM_IO_RCX:
    case FROM_IO_RSI:
    case FROM_IO_RDI:
    case FROM_IO_RIP:
        return HAS_IO;
    case FROM_MSR_DATA:
        return HAS_MSR_DATA;
    default: /* general registers */
        assert_int_not_equal(from, FROM_RSP);
        return HAS_REGISTERS;
    }
}

/* The inputs of a row. */
static unsigned used_by(const struct decode_row *row)
{
    unsigned used = carrier(row->from);
    for (unsigned i = 0; i < ARRAY_COUNT(row->when); i++) {
        if (row->when[i].mask == 0)
            continue;
        used |= carrier(row->when[i].from);
        if (row->when[i].from == FROM_FACTS && row->when[i].mask == FACT_64_BIT_MODE)
            used |= HAS_MODE;
    }
    if (row->form == AS_VALUE)
        used |= HAS_OPERAND | HAS_MODE;
    if (row->form == AS_MEMORY)
        used |= HAS_OPERAND | HAS_QUALIFICATION;
    return used;
}

/* A reason has exactly the inputs of its rows. Vectoring is not compared, because its rows are
 * common to all reasons. */
static void reasons_have_the_inputs_of_their_rows(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(reasons); i++) {
        unsigned used = reasons[i].carries & HAS_VECTORING;
        for (unsigned row = 0; row < decode_row_count; row++) {
            if (decode_rows[row].reason == reasons[i].number)
                used |= used_by(&decode_rows[row]);
        }
        if (used != reasons[i].carries) {
            fail_msg("%s has inputs %#x, its rows use %#x", reasons[i].name, reasons[i].carries,
                     used);
        }
    }
}

/* §27.2.4 "Information for VM Exits During Event Delivery" names these reasons, except the
 * instruction timeout (75): KVM expects the information there. */
static void events_are_delivered_where_the_manual_says(void **state)
{
    static const uint16_t during_delivery[] = {0, 9, 44, 48, 49, 62, 66, 75};
    unsigned found = 0;
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(reasons); i++) {
        if (!(reasons[i].carries & HAS_VECTORING))
            continue;
        assert_in_range(found, 0, ARRAY_COUNT(during_delivery) - 1);
        assert_int_equal(reasons[i].number, during_delivery[found++]);
    }
    assert_int_equal(found, ARRAY_COUNT(during_delivery));
}

static bool has_vector(uint16_t reason)
{
    for (size_t i = 0; i < ARRAY_COUNT(vectors); i++) {
        if ((vectors[i].values.at[FROM_REASON] & EXIT_REASON_BASIC) == reason)
            return true;
    }
    return false;
}

static bool is_printed(const char *key)
{
    char pair[64] = " ";
    strcat(strcat(pair, key), "=");
    for (size_t i = 0; i < ARRAY_COUNT(vectors); i++) {
        if (strstr(vectors[i].text, pair))
            return true;
    }
    return false;
}

static void every_reason_and_key_has_a_vector(void **state)
{
    (void)state;
    for (unsigned i = 0; i < decode_row_count; i++) {
        const struct decode_row *row = &decode_rows[i];
        if (row->reason != REASON_ANY && !has_vector(row->reason))
            fail_msg("reason %u has no vector", row->reason);
        if (row->form != AS_MEMORY && !is_printed(row->key))
            fail_msg("no vector prints key %s", row->key);
    }
}

static void reasons_that_carry_nothing_add_nothing(void **state)
{
    struct decode_values values = {{0}, 0};
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(reasons); i++) {
        if (reasons[i].carries != HAS_NOTHING)
            continue;
        memset(&values, 0xff, sizeof values);
        values.unknown = 0;
        values.at[FROM_REASON] = reasons[i].number;
        values.at[FROM_VECTORING] = 0;
        line_begin(log_begin(), "exit");
        decode(&values, &log_lines.line);
        line_end(&log_lines.line);
        assert_string_equal(log_lines.text, "exit:\r\n");
    }
}

/* Bit ranges are within 64 bits, and no row repeats a key that every exit line has. */
static void rows_are_sound(void **state)
{
    static const char *const always[] = {"seq", "cpu", "reason", "name",
                                         "rip", "len", "qual",   "action"};
    (void)state;
    for (unsigned i = 0; i < decode_row_count; i++) {
        const struct decode_row *row = &decode_rows[i];
        assert_in_range(row->lo, 0, row->hi);
        assert_in_range(row->hi, row->lo, 63);
        assert_in_range(row->from, 0, FROM_EDX_EAX);
        for (unsigned c = 0; c < ARRAY_COUNT(row->when); c++)
            assert_int_equal(row->when[c].equal & ~row->when[c].mask, 0);
        for (unsigned k = 0; k < ARRAY_COUNT(always); k++)
            assert_string_not_equal(row->key, always[k]);
        if (row->names) {
            for (const char *at = row->names; at; at = strchr(at, ' ')) {
                at += *at == ' ';
                assert_in_range(strcspn(at, " "), 1, 23);
            }
        }
    }
}

/* Random values give lines that follow the grammar and have no key twice. */
static void any_bits_make_a_line(void **state)
{
    uint64_t random = 1;
    (void)state;
    for (unsigned round = 0; round < 20000; round++) {
        struct decode_values values;
        for (unsigned i = 0; i < DECODE_VALUES; i++) {
            random = random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
            values.at[i] = random ^ random >> 29;
        }
        values.at[FROM_REASON] = (values.at[FROM_REASON] & ~BITS(15, 0)) | round % 100;
        struct line *line = log_begin();
        line_begin(line, "exit");
        line_decimal(line, "seq", round);
        decode(&values, line);
        line_end(line);
        log_parse();
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(vectors_decode_to_their_text),
        cmocka_unit_test(fields_end_where_the_manual_says),
        cmocka_unit_test(reasons_have_the_inputs_of_their_rows),
        cmocka_unit_test(events_are_delivered_where_the_manual_says),
        cmocka_unit_test(every_reason_and_key_has_a_vector),
        cmocka_unit_test(reasons_that_carry_nothing_add_nothing),
        cmocka_unit_test(rows_are_sound),
        cmocka_unit_test(any_bits_make_a_line),
        cmocka_unit_test(unread_values_are_not_printed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
