"""Reads the canonical bytes of facts (layout 1) and of the samples of a batch (layout 2), with the Python standard library. check.py uses it."""
import struct

UNITS, POWERS, MASK = (1, 10**3, 10**6, 10**9), [float(10**n) for n in range(16)], (1 << 64) - 1
NONE, INT64, BOOL, STRING, BLOB, SPECIAL, RAW, SINGLE, DECIMAL = range(9)
KINDS = {NONE: 0, INT64: 2, BOOL: 3, STRING: 4, BLOB: 5}  # every other class is a double, kind 1


class Canon:
    """Reads canonical bytes: little-endian numbers, LEB128, zig-zag, UTF-8."""
    def __init__(self, data): self.data, self.at = data, 0
    def take(self, n):
        if self.at + n > len(self.data): raise ValueError("the bytes end too early")
        self.at += n; return self.data[self.at - n:self.at]
    def unpack(self, form): return struct.unpack("<" + form, self.take(struct.calcsize("<" + form)))[0]
    def u8(self): return self.take(1)[0]
    def uint(self): b = self.u8(); return b if b < 128 else b & 127 | self.uint() << 7
    def int(self): n = self.uint(); return n >> 1 ^ -(n & 1)
    def text(self): return self.take(self.uint()).decode()
    def digest(self): return self.take(32).hex()
    def many(self, one): return [one() for _ in range(self.uint())]
    def pos(self): return self.int(), self.int()
    def i64(self): return self.unpack("q")
    def head(self, kind):
        if (self.u8(), self.u8()) != (kind, 1): raise ValueError(f"a fact is not of kind {kind}, layout 1")
        return self
    def end(self, value):
        if self.at != len(self.data): raise ValueError("bytes follow the end of a fact")
        return value


def vector(d):
    c = Canon(d).head(3)
    return c.end(dict(asset=c.text(), at=c.i64(), cause=c.pos(), pipeline=c.digest(), values=c.many(lambda: c.unpack("f")), gaps=c.many(lambda: (c.uint(), c.u8())), age=c.int()))


def prediction(d):
    c = Canon(d).head(4)
    return c.end(dict(asset=c.text(), at=c.i64(), cause=c.pos(), role=c.u8(), serving=c.digest(), model=c.digest(), outcome=c.u8(), latency=c.int(), outputs=c.many(lambda: c.unpack("f")), detail=c.text()))


def decision(d):
    c = Canon(d).head(5)
    return c.end(dict(id=c.text(), asset=c.text(), at=c.i64(), cause=c.pos(), state=c.u8(), score=c.unpack("d"), threshold=c.unpack("d"), rung=c.u8(), confidence=c.unpack("d"), age=c.int(), reasons=c.many(c.text), refusals=c.many(lambda: (c.u8(), c.u8())), contributions=c.many(lambda: (c.uint(), c.unpack("f"))), serving=c.digest(), model=c.digest(), pipeline=c.digest(), rules=c.digest(), vector=c.digest(), build=c.text()))


def activation(d):
    c = Canon(d).head(6)
    return dict(asset=c.text(), role=c.u8(), release=c.text(), serving=c.digest(), pipeline=c.digest(), rules=c.digest(), site=c.digest())


def unzig(n): return n >> 1 ^ -(n & 1)
def signed64(n): return (n & MASK) - (1 << 64) if n >> 63 & 1 else n & MASK


def column(c, n):
    """n numbers in parts: a repeat, or singles."""
    numbers = []
    while len(numbers) < n:
        head = c.uint()
        if not 0 < head >> 1 <= n - len(numbers): raise ValueError("a column has more numbers than samples")
        numbers += [c.uint()] * (head >> 1) if head & 1 else [c.uint() for _ in range(head >> 1)]
    return numbers


def succession(numbers):
    """Things that get their numbers as they first appear; after a thing comes what came after it last time. Gives them and how many there are."""
    following, things, last, foretold = [], [], None, None
    for number in numbers:
        if number == 0 and foretold is not None: thing = foretold
        elif number < 2: thing = len(following); following.append(None)
        else: thing = number - 2
        if last is not None: following[last] = thing
        things.append(thing)
        last, foretold = thing, following[thing]
    return things, len(following)


def texts(c, n):
    """Heads or tails of names: each shares its first bytes with the one before."""
    found, before = [], b""
    for _ in range(n):
        before = before[:c.uint()] + c.take(c.uint())
        found.append(before)
    return found


def times(c, n, ingest):
    at = [ingest + c.int()]
    unit = UNITS[c.u8()] if n > 1 else 1
    for step in column(c, n - 1): at.append(at[-1] + unzig(step) * unit)
    at, presence = [signed64(t) for t in at], c.u8()
    there = [presence] * n if presence < 2 else column(c, n)
    offsets = iter(column(c, sum(there)))
    return at, [signed64(t + unzig(next(offsets))) if has else None for t, has in zip(at, there)]


def samples_of(c, ingest):
    """Of each sample: tag, event time, server time or None, OPC UA status, kind, and its value as text that says every bit. c stands behind the key."""
    n = c.uint()
    if n == 0: return []
    if n > 2 * len(c.data): raise ValueError("more samples than bytes")
    order, tags = succession(column(c, n))
    (heads, headcount), (tails, tailcount) = succession(column(c, tags)), succession(column(c, tags))
    head, tail = texts(c, headcount), texts(c, tailcount)
    names = [(head[h] + tail[t]).decode() for h, t in zip(heads, tails)]
    at, server = times(c, n, ingest)
    status, classes = column(c, n), column(c, n)
    states, newest, half, found = [], {}, None, []
    for i in range(n):
        tag = order[i]
        if tag == len(states):  # it begins with what the newest tag with the same tail knows
            states.append(dict(states[newest[tails[tag]]]) if tails[tag] in newest else dict(cls=NONE, base=(NONE, 0), text=None))
            newest[tails[tag]] = tag
        state = states[tag]
        if classes[i]: state["cls"] = classes[i] - 1
        if half is None: both = c.u8(); number, half = both & 15, both >> 4
        else: number, half = half, None
        if number > 7: number = int.from_bytes(c.take(number - 7), "little")
        found.append((names[tag], at[i], server[i], status[i], KINDS.get(state["cls"], 1), value(c, state, number)))
    if half: raise ValueError("half a byte is left over")
    return found


def value(c, state, number):
    cls = state["cls"]
    if cls == NONE: return ""
    if cls == BLOB: return f"sha256:{c.digest()} {c.int()}"
    if cls == STRING:
        if number: state["text"] = c.text()
        return state["text"]
    if cls == SPECIAL: return f"{unzig(number) & MASK:016x}"
    number = signed64(unzig(number) + (state["base"][1] if state["base"][0] == cls else 0))
    state["base"] = cls, number
    if cls in (INT64, BOOL): return str(number)
    if cls == RAW: return f"{number & MASK:016x}"
    if cls == SINGLE: double = struct.unpack("<f", struct.pack("<i", number ^ (number >> 31 & 0x7FFFFFFF)))[0]
    else: double = number / POWERS[cls - DECIMAL]
    return struct.pack(">d", double).hex()
