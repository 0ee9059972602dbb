#!/usr/bin/env python3
"""Checks an evidence pack with the Python standard library, and signatures with openssl: python3 check.py [FOLDER]"""
import base64, csv, hashlib, io, json, os, re, shutil, struct, subprocess, sys, tempfile
sys.dont_write_bytecode = True  # a pack is not added to
from canon import Canon, activation, decision, prediction, samples_of, vector
ROOT = sys.argv[1] if len(sys.argv) > 1 else os.path.dirname(os.path.abspath(__file__))
PROBLEMS, OPEN = [], []
NAMES = sorted(os.path.relpath(os.path.join(d, f), ROOT).replace(os.sep, "/") for d, _, fs in os.walk(ROOT) for f in fs)
STATES = {1: "normal", 2: "anomaly", 3: "unknown"}
RUNGS = {1: "primary", 2: "previous", 3: "cached", 4: "simple-model", 5: "rules", 6: "low-confidence"}
def read(name): return open(os.path.join(ROOT, name), "rb").read()
def table(name): return list(csv.DictReader(io.StringIO(read(name).decode(), newline="")))
def sha(data): return hashlib.sha256(data).hexdigest()
def must(holds, what): holds or PROBLEMS.append(what)
TABLE = list(range(256))
for _ in range(8): TABLE = [n >> 1 ^ (0x82F63B78 if n & 1 else 0) for n in TABLE]
def crc32c(data, after=0):
    crc = after ^ 0xFFFFFFFF
    for b in data: crc = crc >> 8 ^ TABLE[(crc ^ b) & 255]
    return crc ^ 0xFFFFFFFF
def sums():
    text = read("SHA256SUMS")
    lines = re.findall(r"([0-9a-f]{64})  ([!-~]+)\n", text.decode("latin-1"))
    must("".join(f"{s}  {n}\n" for s, n in lines).encode() == text, "SHA256SUMS is not as it was written")
    must([n for _, n in lines] == [n for n in NAMES if n not in ("SHA256SUMS", "SHA256SUMS.sig")], "the files are not those that SHA256SUMS names")
    for s, n in lines: must(n in NAMES and sha(read(n)) == s, f"{n} is not what SHA256SUMS says")
def signed(data, signature, what):
    if "keys/box.pub.pem" not in NAMES: return OPEN.append(f"{what}: its signature, because the box's public key is not here")
    if not shutil.which("openssl"): return OPEN.append(f"{what}: its signature, because openssl is not here")
    if not re.fullmatch(rb"[A-Za-z0-9+/]+=*\n?", signature) or base64.b64encode(base64.b64decode(signature)) != signature.strip(): return PROBLEMS.append(f"{what}: its signature is not base64")
    with tempfile.TemporaryDirectory() as at:
        for name, content in (("data", data), ("sig", base64.b64decode(signature)), ("key", read("keys/box.pub.pem"))): open(os.path.join(at, name), "wb").write(content)
        run = subprocess.run(["openssl", "dgst", "-sha256", "-verify", "key", "-signature", "sig", "data"], cwd=at, capture_output=True)
    must(run.returncode == 0, f"{what}: the signature is not the box's")
def frames(units):
    """Every frame of the pieces, by number: checksums, numbers, and the hash chain over each piece."""
    bodies, before, ends = {}, None, {u["lastFrame"] + 1: u["lastHash"] for u in units}
    for piece in table("journal/pieces.csv"):
        header, data, name = read(f"journal/{piece['segment']}.header"), read(f"journal/{piece['file']}"), f"journal/{piece['file']}"
        seed, = struct.unpack_from("<I", header, 12)
        must(header[:8] == b"EDGEJRNL" and crc32c(header[16:72], crc32c(header[:12])) == seed, f"{piece['segment']}: the segment header's check")
        must(int(piece["offset"]) != 72 or data[:32] == header[40:72], f"{name}: its first hash is not the segment header's")
        if before and before[1] + 1 == int(piece["first"]) and before[0] != piece["segment"]: must(before[2] == header[40:72], f"{name}: the segment before ends otherwise")
        at, expected = 32, int(piece["first"])
        must(data[:32].hex() == ends.get(expected, data[:32].hex()), f"{name}: it does not go on from the hash that the sealed unit before it ends with")
        while at < len(data):
            magic, n, number, _, kind, _, _, body_crc, check = struct.unpack_from("<IiqIBBHII", data, at)
            end = at + 32 + (n + 7 & ~7)
            if magic != 0x314D5246 or not 0 <= n <= len(data) or crc32c(data[at:at + 28], seed) != check: PROBLEMS.append(f"{name}: the frame header at {at}"); break
            must(crc32c(data[at + 32:end]) == body_crc, f"{name}: frame {number}: its checksum")
            must(hashlib.sha256(data[at - 32:end]).digest() == data[end:end + 32], f"{name}: frame {number}: its hash over the one before")
            if kind == 1: must(number == expected, f"{name}: frame {number} stands where {expected} must"); bodies[number] = data[at + 32:at + 32 + n]; expected = number + 1
            at = end + 32
        must(at == len(data) and expected - 1 == int(piece["last"]), f"{name}: it does not end behind frame {piece['last']}")
        before = (piece["segment"], int(piece["last"]), data[-32:])
    return bodies
def sealed():
    """The units, in order: what the box signed of them, and their files."""
    units = []
    for name in [n for n in NAMES if n.endswith(".checkpoint")]:
        payload, signature, *again = read(name).split(b"\n")
        must(again == [payload, signature, b""], f"{name}: its second copy is not its first")
        signed(payload, signature, name)
        says = json.loads(payload)
        must(not units or units[-1]["lastFrame"] + 1 != says["firstFrame"] or units[-1]["lastHash"] == says["previousHash"], f"{name}: the unit before ends with another hash")
        for f in says["files"]:
            here = f"sealed/{f['name']}" in NAMES
            must(here or not f["name"].endswith(("facts.parquet", "batches.parquet")), f"{f['name']} is missing")
            must(not here or sha(read(f"sealed/{f['name']}")) == f["sha256"], f"{f['name']} is not what {name} signs")
        units.append(says)
    return units
def samples(bodies, ranges, meta):
    """samples.csv against the batches: all samples of the asset's tags in the window, no other, every bit."""
    said, found, inside = [tuple(r.values()) for r in table("samples.csv")], [], dict(bodies)
    for n in [n for n in NAMES if n.startswith("batches/")]:
        frame = int(n[8:-4])
        if frame in bodies: must(read(n) == bodies[frame], f"{n} is not what its journal frame holds")
        else: inside[frame] = read(n)
    for frame in sorted(inside.keys() - bodies.keys()): must(any(u["firstFrame"] <= frame <= u["lastFrame"] for u in ranges), f"frame {frame}, whose batch is here, is not in the pack")
    for frame, body in sorted(inside.items()):
        if not meta["firstFrame"] <= frame <= meta["cause"]["frame"]: continue
        c = Canon(body)
        must(c.u8() == 2, f"frame {frame}: the batch is not of layout 2")
        ingest, _, _ = c.i64(), c.text(), c.take(c.uint())
        for index, (tag, at, server, quality, kind, bits) in enumerate(samples_of(c, ingest)):
            if tag in meta["tags"] and meta["from"] <= at <= meta["to"]: found.append((str(frame), str(index), tag, str(at), "" if server is None else str(server), str(ingest), f"0x{quality:08x}", str(kind), bits))
    must([r[:9] for r in said] == found, "samples.csv is not what the batches hold")
    hidden = sorted({int(r[0]) for r in said} - bodies.keys())
    if hidden: OPEN.append(f"whether the {sum(int(r[0]) in hidden for r in said)} samples of frames {hidden[0]} to {hidden[-1]} are those of the sealed unit: compare samples.csv with its samples.parquet, whose digest is signed (README.txt says how)")
    for r in said: must(r[7] != "1" or struct.pack(">d", float(r[9])).hex() == r[8] or float(r[9]) != float(r[9]), f"samples.csv: the number of {r[0]}.{r[1]} is not its bits")

def main():
    sums()
    if "SHA256SUMS.sig" in NAMES: signed(read("SHA256SUMS"), read("SHA256SUMS.sig"), "SHA256SUMS")
    else: OPEN.append("who made this pack: it carries no signature of a box")
    meta, ranges = json.loads(read("evidence.json")), sealed()
    bodies = frames(ranges)
    facts = {}
    for row in table("facts.csv"):
        data, frame = read(row["file"]), int(row["frame"]); facts.setdefault(row["kind"], []).append(data)
        if frame in bodies: must(data in bodies[frame], f"{row['file']} is not in journal frame {frame}")
        elif any(u["firstFrame"] <= frame <= u["lastFrame"] for u in ranges): OPEN.append(f"whether {row['file']} is the fact at {frame}.{row['index']} of the sealed unit: compare it with the row of that batch and index in its facts.parquet, whose digest is signed (README.txt says how)")
        else: PROBLEMS.append(f"{row['file']}: frame {frame} is not in the pack")
    d, v = decision(facts["Decision"][0]), vector(facts["FeatureVector"][0])
    must(sha(facts["FeatureVector"][0]) == d["vector"], "the decision cites another vector")
    must((v["asset"], v["at"], v["cause"], v["pipeline"]) == (d["asset"], d["at"], d["cause"], d["pipeline"]), "vector and decision are about different things")
    must(sha(read("plan/pipeline.canonical.json")) == d["pipeline"], "the pipeline is not the one that the decision cites")
    none, a = "0" * 64, activation(facts["Activation"][0])
    must((a["asset"], a["pipeline"], a["rules"]) == (d["asset"], d["pipeline"], d["rules"]) and sha(read("plan/site.yaml")) == a["site"], "the activation is not what the decision rests on")
    if d["rules"] != none: must(sha(read("plan/rules.yaml")) == d["rules"], "the rules are not those that the decision cites")
    must(hashlib.sha256(f"{d['asset']}\n{d['at']}\n{d['cause'][0]}.{d['cause'][1]}\nsha256:{a['serving']}".encode()).hexdigest()[:32] == d["id"], "the id is not derived from asset, moment, cause and release")
    for serving in {d["serving"], a["serving"]} - {none}:
        folder = f"plan/releases/{serving}/"
        must(folder + "serving.yaml" in NAMES and sha(read(folder + "serving.yaml")) == serving, f"release {serving[:12]} is not what it is cited as")
        for n in NAMES:
            if n.startswith(folder) and n != folder + "serving.yaml": must(sha(read(n)) in read(folder + "serving.yaml").decode(), f"{n} is not a file of its release")
    answers = [p for p in map(prediction, facts.get("Prediction", [])) if p["model"] == d["model"] and p["serving"] == d["serving"]]
    if d["model"] != none:
        must(any(sha(read(n)) == d["model"] for n in NAMES if n.startswith(f"plan/releases/{d['serving']}/")), "the model is not the one that the decision cites")
        must(d["rung"] == 3 or any((p["at"], p["cause"]) == (d["at"], d["cause"]) and d["score"] in p["outputs"] for p in answers), "no recorded answer of the model is the decision's score")
    must(meta["decision"] == dict(predictionId=d["id"], asset=d["asset"], at=d["at"], state=STATES.get(d["state"]), rung=RUNGS.get(d["rung"]), reasons=d["reasons"]) and (meta["cause"]["frame"], meta["cause"]["index"]) == d["cause"], "evidence.json tells another decision")
    samples(bodies, ranges, meta)
    print(f"Decision {d['id']} about {d['asset']} at {d['at']} ns: {STATES.get(d['state'])}, score {d['score']!r} against {d['threshold']!r}, rung {RUNGS.get(d['rung'])}, confidence {d['confidence']!r}, build {d['build']}")
    for reason in d["reasons"]: print(f"  {reason}")
    print(f"Checked: {len(NAMES)} files, {len(bodies)} journal frames, {len(v['values'])} features, {len(facts.get('Prediction', []))} answers of models, {len(table('samples.csv'))} raw samples.")
try: main()
except Exception as e: PROBLEMS.append(f"it cannot be read: {type(e).__name__}: {e}")
for what in OPEN: print(f"Not checked: {what}.")
for what in PROBLEMS: print(f"WRONG: {what}.")
print("VERDICT: " + (f"{len(PROBLEMS)} things are wrong; this pack proves nothing." if PROBLEMS else "whole. Every digest, checksum and citation that can be checked here holds."))
sys.exit(1 if PROBLEMS else 0)
