"""Makes the running kernel fault through the debugger of Bochs, and checks its panic."""

import pytest

import engine
import serial_log

TIME_LIMIT = 60  # seconds

# The faulting code overwrites the start of this function, which runs with the kernel's own page tables and descriptors.
PLACE = "run_round"


def absolute(opcode, address):
    """Returns an instruction with a 32-bit absolute address as its operand."""
    return bytes.fromhex(opcode) + address.to_bytes(4, "little")


# Name: a function that returns the faulting code, given the kernel's symbols; the expected pairs of the panic line.
FAULTS = {
    "divide": (lambda at: bytes.fromhex("31c9 f7f1"),  # xor ecx, ecx; div ecx
               {"vector": "0", "name": "#DE"}),
    "nmi": (lambda at: bytes.fromhex("cd02"), {"vector": "2", "name": "NMI"}),
    "breakpoint": (lambda at: bytes.fromhex("cc"), {"vector": "3", "name": "#BP"}),
    "undefined": (lambda at: bytes.fromhex("0f0b"),  # ud2
                  {"vector": "6", "name": "#UD", "rip": PLACE}),
    "rdmsr": (lambda at: bytes.fromhex("b9ffffff7f 0f32"),  # mov ecx, 0x7fffffff; rdmsr
              {"vector": "13", "name": "#GP", "error": "0x0"}),
    "non_canonical": (lambda at: bytes.fromhex("48b80000000000000080 8a00"),  # mov al, [1 << 63]
                      {"vector": "13", "name": "#GP", "error": "0x0"}),
    "machine_check": (lambda at: bytes.fromhex("cd12"), {"vector": "18", "name": "#MC", "cr4": "0x60"}),
    "interrupt_255": (lambda at: bytes.fromhex("cdff"), {"vector": "255"}),
    "read_page_0": (lambda at: absolute("8a0425", 8),  # mov al, [8]
                    {"vector": "14", "name": "#PF", "cr2": "0x8", "error": "0x0"}),
    "read_no_ram": (lambda at: absolute("8a0425", 0x7FFFF000),
                    {"vector": "14", "name": "#PF", "cr2": "0x7ffff000", "error": "0x0"}),
    "write_rodata": (lambda at: absolute("880425", at["rodata_start"]),  # mov [...], al
                     {"vector": "14", "name": "#PF", "cr2": "rodata_start", "error": "0x3"}),
    "write_text": (lambda at: absolute("880425", at["text_start"]),
                   {"vector": "14", "name": "#PF", "cr2": "text_start", "error": "0x3"}),
    "execute_data": (lambda at: absolute("b8", at["data_start"]) + bytes.fromhex("ffe0"),  # jmp rax
                     {"vector": "14", "name": "#PF", "rip": "data_start", "error": "0x11"}),
    "execute_rodata": (lambda at: absolute("b8", at["rodata_start"]) + bytes.fromhex("ffe0"),
                       {"vector": "14", "name": "#PF", "rip": "rodata_start", "error": "0x11"}),
    # The page below the stack is not present, so #PF cannot push its frame and becomes #DF, which has its own stack.
    "stack_overflow": (lambda at: bytes.fromhex("50 ebfd"),  # push rax, for ever
                       {"vector": "8", "name": "#DF"}),
}


def poke(address, code):
    """Returns the debugger's commands that write code to an address."""
    return [f"setpmem 0x{address + i:x} 1 0x{byte:x}" for i, byte in enumerate(code)]


@pytest.mark.parametrize("fault", FAULTS)
def test_panic(fault, start, symbols):
    code, wanted = FAULTS[fault]
    script = [f"lb 0x{symbols['kernel_main']:x}", "c", *poke(symbols[PLACE], code(symbols))]
    outcome = engine.boot(start(), "bochs", timeout=TIME_LIMIT, debugger=script)
    lines = serial_log.parse(outcome.serial)
    assert lines[-1]["code"] == "5", outcome.serial
    assert [line.tag for line in lines[-2:]] == ["panic", "result"]
    wanted = {key: hex(symbols[value]) if value in symbols else value
              for key, value in wanted.items()}
    assert lines[-2].has(wanted), lines[-2]


def test_wrong_loader(start, symbols):
    script = [f"lb 0x{symbols['start']:x}", "c", "set eax = 0x1234"]
    outcome = engine.boot(start(), "bochs", timeout=TIME_LIMIT, debugger=script)
    result = serial_log.parse(outcome.serial)[-1]
    assert result["code"] == "2"
    assert "0x00001234" in result["why"]
