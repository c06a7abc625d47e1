"""Tests tools/check-braces: each rule, and C that is hard to take apart."""

import pathlib
import subprocess
import textwrap

import pytest

PROGRAM = pathlib.Path(__file__).resolve().parents[2] / "tools/check-braces"


@pytest.fixture
def check(tmp_path):
    """Returns check(body), which runs the program on a function with this body and returns its messages,
    each with the number of its line in the body."""

    def run(body):
        file = tmp_path / "function.c"
        file.write_text("int f(void)\n{\n" + textwrap.indent(textwrap.dedent(body).strip("\n"), "    ")
                        + "\n}\n")
        done = subprocess.run([PROGRAM, file], capture_output=True, text=True, timeout=60)
        messages = []
        for message in done.stderr.splitlines():
            program, name, line, problem = message.split(":", 3)
            assert (program, name.strip()) == ("check-braces", str(file))
            messages.append(f"{int(line) - 2}:{problem}")
        assert done.returncode == (1 if messages else 0) and done.stdout == ""
        return messages

    return run


def test_one_line(check):
    assert check("""
        if (a)
            b();
        else if (c)
            d = e ? f : g;
        else
            return;
        for (;;)
            ;
        while (a)
            b(); /* a comment behind it */
    """) == []
    assert check("""
        if (a) {
            b();
        }
        for (;;) {
            c();
        }
        while (a) {
            b();
        }
    """) == ["1: the body of if must not have braces", "4: the body of for must not have braces",
             "7: the body of while must not have braces"]


@pytest.mark.parametrize("body", [
    "b(\n        c);", "if (b)\n        c();", "/* why */\n    b();", "for (;;)\n        b();",
    "return c ? d\n             : e;", "x = (struct s){\n        .a = 1};"])
def test_more_lines(check, body):
    assert not any(message.startswith("1:") for message in check(f"if (a) {{\n    {body}\n}}\nc();"))
    assert "1: the body of while needs braces" in check(f"while (a)\n    {body}\nc();")


def test_two_statements(check):
    assert check("""
        if (a) {
            b();
            c();
        }
        while (a) {
            int d = 1;
            {
                b(d);
            }
        }
    """) == []


def test_branches_are_alike(check):
    assert check("""
        if (a) {
            b();
        } else if (c) {
            d(e,
              f);
        } else {
            g();
        }
    """) == []
    assert check("""
        if (a) {
            b();
            c();
        } else if (c)
            d();
        else
            g();
    """) == ["4: the body of if needs braces", "6: the body of else needs braces"]
    assert check("""
        if (a)
            b = (struct s){1}.a + (int[]){2}[0];
        else
            c(d,
              e);
    """) == ["1: the body of if needs braces", "3: the body of else needs braces"]
    assert check("""
        if (a) {
            b();
        } else {
            g();
        }
    """) == ["1: the body of if must not have braces", "3: the body of else must not have braces"]


def test_do(check):
    assert check("do {\n    a();\n} while (b);\nif (c)\n    d();") == []
    assert check("do\n    a();\nwhile (b);") == ["1: the body of do needs braces"]


def test_bad_body_inside_other_statements(check):
    bad = "if (a) {\n    b();\n}"
    message = ": the body of if must not have braces"
    assert check(f"switch (x) {{\ncase A ? B : C:\n{bad}\nbreak;\ndefault:\n{bad}\n}}") == [
        f"3{message}", f"8{message}"]
    assert check(f"for (int i = 0; i < f((int[]){{1, 2}}); i++) {{\n{bad}\nc();\n}}") == [f"2{message}"]
    assert check(f"label:\n{bad}\nMACRO(x)\n{bad}") == [f"2{message}", f"6{message}"]


def test_text_that_is_no_code(check):
    assert check("""
        /* if (a) { b(); } */
        const char *text = "if (a) {\\"", c = '{', d = '\\'';
    #define X(a) if (a) { \\
            b(); \\
        }
        struct s t = {.f = {1, 2}, .g = {{3}}}, u[] = {{4}, {5}};
        // while (x) {
        if (a)
            b(u, "}");
    """) == []


def test_file_without_functions(tmp_path):
    file = tmp_path / "header.h"
    file.write_text("#define A 1\nenum e { B, C = 2 };\nstruct s {\n    int x : 3;\n} t;\nX(a)\nX(b)\n"
                    "typedef int f(void);\nextern const int g[];\n")
    subprocess.run([PROGRAM, file], check=True, timeout=60)


@pytest.mark.parametrize("text, message", [
    ("int f(void)\n{\n", "unexpected end of file"), ("int f(", "a bracket is not closed"),
    ("}\n", "unexpected }"), ("int f(void)\n{\n    else\n        a();\n}\n", "unexpected else")])
def test_no_c(tmp_path, text, message):
    file = tmp_path / "bad.c"
    file.write_text(text)
    done = subprocess.run([PROGRAM, file], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (1, f"check-braces: {file}: not C: {message}\n")
