#!/bin/sh
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 the consign authors
#
# report: one page that needs nothing else, whatever names and history hold;
# what it may replace; that it is whole or not there; and what it says.
. "$(dirname "$0")/lib.sh"
. "$ROOT/tests/e2e/history.sh"

YES='--approve --reviewed-by kim'
A=$WORK/a

# shellcheck disable=SC2120  # options
report() { "$CONSIGN" report "$A" "$@"; }

# not COMMAND...
not() { ! "$@"; }

# page.py FILE [TEXT...]: is it well formed, without anything from elsewhere,
# and do its texts hold these?
cat > page.py << 'PY'
import html.parser, sys

class Page(html.parser.HTMLParser):
    void = {"meta", "br"}
    loose = {"tr", "td", "th", "tbody"}     # may be left open
    allowed = {"html", "head", "meta", "title", "style", "body", "main",
        "header", "footer", "h1", "h2", "h3", "p", "div", "span", "b", "i",
        "code", "small", "br", "bdi", "time", "dl", "dt", "dd", "table",
        "thead"} | loose
    attributes = {"lang", "charset", "name", "content", "http-equiv", "class",
        "style", "title", "datetime", "data-l", "hidden"}

    def __init__(self):
        super().__init__()
        self.open, self.text = [], []

    def handle_starttag(self, tag, attrs):
        assert tag in self.allowed, tag
        for name, value in attrs:
            assert name in self.attributes, name
            assert "url(" not in (value or ""), value
        if tag not in self.void | self.loose:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open and self.open.pop() == tag, tag

    def handle_data(self, data):
        if self.open and self.open[-1] == "style":
            assert "@import" not in data and "url(" not in data
        else:
            self.text.append(data)

page = Page()
raw = open(sys.argv[1], encoding="utf-8").read()
assert raw.startswith("<!doctype html>\n")
assert "default-src 'none'" in raw
page.feed(raw)
page.close()
assert not page.open, page.open
text = " ".join(" ".join(page.text).split())
for want in sys.argv[2:]:
    assert want in text, want + " is not in: " + text
PY
page() { python3 page.py "$@"; }

# --- Before anything, and after a night -----------------------------------

start_store
mkdir -p "$A/files"
cat > "$A/consign.yaml" << YAML
max_puts_month: 5000
sources:
  main:
    path: files
stores:
  offsite:
    endpoint: $ENDPOINT
    bucket: $BUCKET
    region: $REGION
YAML
try begin 0 report
check begin/page page out 'Nothing has been stored yet.' 'no tier is proven' \
    '0 of 0 objects'
check begin/nothing-written [ ! -e "$A/.consign" ]

echo one > "$A/files/one"
one=sha256:$(sha256sum < "$A/files/one" | cut -c 1-64)
for tier in 0 1 2 3 4; do
	# shellcheck disable=SC2086  # options
	"$CONSIGN" prove --root "$A" $YES --tier $tier || exit
done
echo two > "$A/files/<script>alert(\"1\")&'2'"
printf x > "$A/files/$(printf 'turned \342\200\256 and \033[2J\377')"
# shellcheck disable=SC2086
try night 0 "$CONSIGN" push "$A" $YES
try page 0 report -o page.html
check page/quiet [ ! -s out ]
check page/says page page.html 'Archive a' \
    'Every object was read back from every store, and is what it was.' \
    'tier 4 of 4 is proven' 'unproven against a live provider' \
    'Proven 3 objects' 'Not there 0 objects' '6 of 6 runs' \
    "main/one $one" 'offsite: rehash, just now' '3 of 3 objects.' \
    'A proof. It is a view of the ledger at one moment'
check page/names page page.html "main/<script>alert(\"1\")&'2'" \
    "$(printf 'main/turned \357\277\275 and %%1B[2J%%FF')"
head=$(tail -n 1 "$A/.consign/ledger.jsonl" |
    sed 's/^{"seq":\([0-9]*\),.*"chain":"\([0-9a-f]*\)"}$/\1:\2/')
check page/head page page.html "Head $head"
check page/mode [ "$(stat -c %a page.html)" = 644 ]
check page/counters page page.html "3 / 6 / 0"

# --- What it may replace --------------------------------------------------

echo three > "$A/files/three"
try again 0 report -o page.html --json
check again/row [ "$(row objects)/$(row shown)/$(row file)" = 3/3/page.html ]
echo mine > mine
try foreign 8/io_error report -o mine
check foreign/kept [ "$(cat mine)" = mine ]
try foreign/config 8/io_error report -o "$A/consign.yaml"
try foreign/force 0 report -o mine --force
check foreign/forced page mine
: > empty
try foreign/empty 8/io_error report -o empty
mkdir folder
try foreign/folder 8/io_error report -o folder --force
try foreign/nowhere 8/io_error report -o none/page.html
try output/json 2/usage report --json
try output/dash 0 report -o -
check output/dash-page page out
check left/nothing [ -z "$(find . -name '.consign-*.tmp')" ]

# --- Bounds, and what went wrong ------------------------------------------

try few 0 report --objects 1
check few/said page out '1 of 3 objects, the first by path'
try none 0 report --objects 0
check none/said page out '0 of 3 objects'
try store 2/usage report --store onsite
faults 'PUT * status:403/AccessDenied'
# shellcheck disable=SC2086
try failing 4/permission_denied "$CONSIGN" push "$A" $YES
faults
try failed 0 report
check failed/said page out '1 of 4 copies is not proven' \
    'Failures that nothing has mended since' 'main/three' failed_auth \
    permission_denied
# shellcheck disable=SC2086
try mended 0 "$CONSIGN" push "$A" $YES
try mended/report 0 report
check mended/none not page out 'Failures that nothing has mended'

# A secret as a name is caught also where it is written otherwise in HTML.
mv page.html kept.html
try secret 9/secret_guard env "AWS_SECRET_ACCESS_KEY=<script>alert(\"1\")&'2'" \
    "$CONSIGN" report "$A" -o page.html
check secret/no-page [ ! -e page.html ]
check secret/no-rest [ -z "$(find . -name '.consign-*.tmp')" ]
# shellcheck disable=SC2016  # its own $1
try full 8 sh -c '"$1" report "$2" > /dev/full' sh "$CONSIGN" "$A"

cp -r "$A/.consign" kept
sed -i 's/"reviewed_by":"kim"/"reviewed_by":"tim"/' "$A/.consign/ledger.jsonl"
rm "$A/.consign/manifest.jsonl"
try broken 6/ledger_broken report -o page.html
check broken/no-page [ ! -e page.html ]
rm -rf "$A/.consign"
mv kept "$A/.consign"

# --- Who only reads -------------------------------------------------------

chmod 755 "$WORK"
cp "$CONSIGN" "$WORK/consign"
as_nobody() {
	if [ "$(id -u)" = 0 ]; then
		setpriv --reuid 65534 --regid 65534 --clear-groups "$@"
	else
		"$@"
	fi
}
find "$A" -printf '%p %s %T@ %C@\n' | sort > before
try read-only 0 as_nobody ./consign report "$A"
find "$A" -printf '%p %s %T@ %C@\n' | sort > after
check read-only/nothing-written cmp before after

# Histories made by hand: one that died, one of a store that was replaced.
A=$WORK/made
mkdir -p "$A/.consign"
{
	genesis_row made
	begin_row push s
	probe_row s public bucket
	admit_row main/a
	outcome_row proof s id-1 "${OBJECT#*:}" uploaded rehash \
	    consign_uploaded
} | chained > "$A/.consign/ledger.jsonl"
try died 0 report
check died/said page out 'a run died' 'no end'
cat > "$A/consign.yaml" << 'YAML'
stores:
  s:
    endpoint: https://s3.example.org
    bucket: another
    region: r1
YAML
try lapsed 0 report
check lapsed/said page out 'Store s is not the one that was proven.' \
    'lapsed: the bucket is another'
