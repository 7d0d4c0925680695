"""Python programs that do harm, or try to: each says how far it came."""

from __future__ import annotations

# Connects to a port of this machine.
CONNECT = """
import socket, sys
try:
    with socket.create_connection(("127.0.0.1", int(sys.argv[1])), timeout=5):
        print("connected")
except OSError as error:
    print(error)
"""

# Writes a word into each of the files that it is given.
WRITE = """
import os, sys
for path in sys.argv[1:]:
    try:
        with open(path, "w") as file:
            file.write("planted")
        print("wrote", path)
    except OSError as error:
        print(error)
"""

# Holds so many MiB of memory.
ALLOCATE = """
import sys
try:
    held = bytearray(int(sys.argv[1]) << 20)
    print("allocated")
except MemoryError:
    print("out of memory")
"""

# Starts 200 processes that stay, then says how many there are, and `done`.
FORK = """
import os, sys, time
born = 0
try:
    for _ in range(200):
        if os.fork() == 0:
            time.sleep(600)
        born += 1
except OSError as error:
    print(error)
print(born)
print("done", flush=True)
os.wait()
"""

# Opens 200 files.
OPEN = """
held = []
try:
    while len(held) < 200:
        held.append(open("/dev/null"))
except OSError as error:
    print(error)
print(len(held))
"""

# Writes 32 MiB into a file, then says how many are there.
FILL = """
import os, sys
try:
    with open(sys.argv[1], "wb", buffering=0) as file:
        for _ in range(32):
            file.write(b"x" * (1 << 20))
except OSError as error:
    print(error)
print(os.stat(sys.argv[1]).st_size >> 20)
"""
