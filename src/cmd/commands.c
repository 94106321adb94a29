/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include "abort.h"
#include "adopt.h"
#include "carriers_cmd.h"
#include "check.h"
#include "confirm.h"
#include "doctor.h"
#include "get.h"
#include "init.h"
#include "key.h"
#include "ledger_cmd.h"
#include "ls.h"
#include "origin.h"
#include "planning.h"
#include "prove.h"
#include "push.h"
#include "put.h"
#include "receipts.h"
#include "report_cmd.h"
#include "resolve.h"
#include "sign.h"
#include "status.h"
#include "verify.h"

#include "app.h"

#define AT(member) offsetof(struct options, member)

const struct command commands[] = {
	{ .name = "init", .arguments = "[ROOT]",
	  .summary = "begin an archive: consign.yaml and a state folder",
	  .details =
	    "Writes a consign.yaml that explains itself and makes an empty "
	    "state folder, in\nROOT or the current directory.  Nothing that "
	    "exists is changed.  Then shows the\ntiers in which trust in a "
	    "store grows.\n",
	  .min_args = 0, .max_args = 1, .root_argument = true,
	  .fields = init_fields, .offset = AT(init), .run = init_run },
	{ .name = "plan", .arguments = "[ROOT]",
	  .summary = "show what a push would do, and what it would cost",
	  .details =
	    "Object by object: verdict, reason, remote key, tier needed, "
	    "requests by price\nclass, bytes up and down; then the sums "
	    "beside their ceilings, and each gate of\na push.  Hashes what is "
	    "not on record.  Uses no network, and writes nothing but\nthe "
	    "file of --save.\n",
	  .min_args = 0, .max_args = 1, .root_argument = true,
	  .store = true, .selects = true, .limits = true,
	  .fields = planning_fields, .offset = AT(plan),
	  .run = planning_run },
	{ .name = "push", .arguments = "[ROOT]",
	  .summary = "send an archive's objects to a store, and prove them",
	  .details =
	    "Looks at the store first: what is proven and current is left "
	    "alone, what is missing\nor new is sent, read back and hashed.  "
	    "Other bytes are never overwritten.  Every\nobject that was "
	    "tried leaves a receipt.\n",
	  .min_args = 0, .max_args = 1, .network = true, .store = true,
	  .root_argument = true, .selects = true, .approves = true,
	  .limits = true, .moves = true,
	  .fields = origin_fields, .offset = AT(selection),
	  .run = push_run },
	{ .name = "put", .arguments = "FILE KEY",
	  .summary = "send a file or a pipe to one key, and prove it arrived",
	  .details =
	    "Looks at KEY first: the same bytes there are proven and not sent "
	    "again, other\nbytes are never overwritten.  Then sends FILE, "
	    "reads it back and hashes it.\nIn an archive it is approved, gated "
	    "and recorded as a push is; without one it talks\nto this machine "
	    "only.\nWith - as FILE, standard input is sent as it comes, part "
	    "by part, without a copy\nof the whole.\n",
	  .min_args = 2, .max_args = 2, .network = true, .store = true,
	  .names_store = true, .approves = true, .limits = true,
	  .moves = true, .fields = put_fields,
	  .run = put_run },
	{ .name = "verify", .arguments = "[ROOT]",
	  .summary = "prove again what a store is recorded to hold",
	  .details =
	    "Reads back the very generations that are on record, and hashes "
	    "them; no local\nfile is needed.  What cannot be read is not "
	    "alleged to be wrong.  Nothing is sent\nor removed, so it needs "
	    "no approval.\n",
	  .min_args = 0, .max_args = 1, .network = true, .store = true,
	  .root_argument = true, .selects = true, .limits = true,
	  .moves = true, .fields = verify_fields, .offset = AT(verify),
	  .run = verify_run },
	{ .name = "adopt", .arguments = "[ROOT]",
	  .summary = "record objects that are in a store already",
	  .details =
	    "Looks for each object of the archive where its key would be, or "
	    "where --key-map\nsays.  One of the right size is recorded as a "
	    "claim, which lets nothing be\nskipped; with "
	    "--content-hash-verify it is read, hashed and proven.  Nothing "
	    "is\nsent or removed.\n",
	  .min_args = 0, .max_args = 1, .network = true, .store = true,
	  .root_argument = true, .selects = true, .approves = true,
	  .limits = true, .fields = adopt_fields, .offset = AT(adopt),
	  .run = adopt_run },
	{ .name = "prove", .arguments = "",
	  .summary = "prove a store, tier by tier, with tiny objects",
	  .details =
	    "What a run may send grows with what a store has proven (see "
	    "init).  Tier 0 is the\nprobe: what the store does with "
	    "conditions, versions, ranges and lists, and that\na missing "
	    "object is seen to be missing.  Each tier comes after the one "
	    "below it.\nIts objects lie below consign/ARCHIVE-ID/prove/, "
	    "and are removed again; what a\nkilled proof leaves, the next "
	    "run on that store removes.\n",
	  .min_args = 0, .max_args = 0, .network = true, .store = true,
	  .names_store = true, .approves = true, .limits = true,
	  .fields = prove_fields, .offset = AT(prove), .run = prove_run },
	{ .name = "abort", .arguments = "[ROOT]",
	  .summary = "end the uploads that were begun and never finished",
	  .details =
	    "Lists or, approved, ends our own unfinished uploads in parts, "
	    "as journals and\nledger know them; another's only by "
	    "--upload-id and --key.  The store is asked\nuntil it says that "
	    "they are gone.  With --wrong: removes objects of ours that "
	    "were\nproven wrong and left, where exactly these can be "
	    "removed.\n",
	  .min_args = 0, .max_args = 1, .root_argument = true,
	  .network = true, .store = true, .names_store = true,
	  .approves = true, .limits = true,
	  .fields = abort_fields, .run = abort_run },
	{ .name = "get", .arguments = "[OBJECT-ID | PATH]",
	  .summary = "fetch an object, proven before it is there",
	  .details =
	    "Of an archive: the object of that id or path (as ls prints it), "
	    "or --key, from\nwhere it is on record, bound to that generation.  "
	    "Without one: what is at --key;\nwith OBJECT-ID, and for a key "
	    "sha256/XX/HEX, only if it hashes to that.  The\nfile appears "
	    "under its name only when all of it is there and right; what "
	    "came\nbefore a break waits beside it, and the next get goes on "
	    "behind that.\n",
	  .min_args = 0, .max_args = 1, .network = true, .store = true,
	  .names_store = true, .moves = true,
	  .fields = get_fields, .offset = AT(get), .run = get_run },
	{ .name = "confirm", .arguments = "RECEIPT-ID",
	  .summary = "give a person's word on a receipt of a live provider",
	  .details =
	    "Records that somebody saw, at the provider's own console, what a "
	    "proven receipt\nsays.  Only then is a store no longer called "
	    "unproven_against_live_provider.\nReceipts that no row of the "
	    "ledger names, that were changed, that prove nothing,\nor that "
	    "are of a loopback or private address are refused.  Uses no "
	    "network.\n",
	  .min_args = 1, .max_args = 1, .names_store = true,
	  .approves = true, .run = confirm_run },
	{ .name = "check", .arguments = "[ROOT | OBJECT-ID]",
	  .summary = "hash an archive's files again",
	  .details =
	    "Compares the bytes of each file with what the manifest says of "
	    "it: same, changed\n(it was edited), corrupted (nobody edited "
	    "it, and yet its bytes are others),\nmissing or unreadable.  "
	    "Uses no network, and writes nothing.\n",
	  .min_args = 0, .max_args = 1, .root_argument = true,
	  .fields = check_fields, .run = check_run },
	{ .name = "status", .arguments = "[ROOT]",
	  .summary = "show what is proven, where, and what comes next",
	  .details =
	    "Of each store: its tier and the command that proves the next, "
	    "what the probe\nfound, how many objects are proven there, the "
	    "oldest proof, the last complete\nrun, and the month's requests "
	    "beside their ceiling.  With --max-age it fails\nunless a run "
	    "that found every selected object current or proven ended "
	    "within\nthat time.  Uses no network, and writes nothing.\n",
	  .min_args = 0, .max_args = 1, .root_argument = true,
	  .names_store = true,
	  .fields = status_fields, .run = status_run },
	{ .name = "ls", .arguments = "[ROOT | OBJECT-ID]",
	  .summary = "list an archive's objects, and where each is",
	  .details =
	    "A line an object: path, size, object id, stores.  With --json "
	    "all that the\nmanifest has, and the admission reference.  Uses "
	    "no network, and writes nothing.\n",
	  .min_args = 0, .max_args = 1, .root_argument = true,
	  .fields = ls_fields, .run = ls_run },
	{ .name = "receipts", .arguments = "[ROOT | OBJECT-ID]",
	  .summary = "show what was tried with each object, and how it ended",
	  .details =
	    "The receipts that a row of the ledger names, in its order, each "
	    "compared with\nthe digest that the row has of it.  Uses no "
	    "network, and writes nothing.\n",
	  .min_args = 0, .max_args = 1, .root_argument = true,
	  .names_store = true,
	  .fields = receipts_fields, .run = receipts_run },
	{ .name = "report", .arguments = "[ROOT]",
	  .summary = "write an archive's state as one HTML page",
	  .details =
	    "Stores with their tiers, the last runs and what they cost, "
	    "failures, unfinished\nuploads, the chain's head, and the objects "
	    "with their proofs: one file without\nscripts, which fetches "
	    "nothing.  It shows; it proves nothing.  Uses no network.\n",
	  .min_args = 0, .max_args = 1, .root_argument = true,
	  .names_store = true, .fields = report_cmd_fields,
	  .offset = AT(report), .run = report_cmd_run },
	{ .name = "key", .arguments = "new|show NAME",
	  .summary = "make a key that signs an archive's history",
	  .details =
	    "new: makes keys/NAME.key, which signs what runs write from then "
	    "on, and\nkeys/NAME.pub in the state folder.  Both, and show, "
	    "print the entry for\nwriters.yaml, by which others tell who may "
	    "write this history: keep that file\nwhere this machine cannot "
	    "write it.  Uses no network.\n",
	  .min_args = 2, .max_args = 2, .run = key_run },
	{ .name = "ledger",
	  .arguments = "verify|show|checkpoint|anchor|export|rebuild",
	  .summary = "check or show an archive's history",
	  .details =
	    "verify: is every row of the ledger as it was written, and every "
	    "signature right?\nSays how many rows there are, the last chain "
	    "value, which stands for all of\nthem, who signed them, and how "
	    "far.  With --bundle: of what export made, with\nall of its "
	    "files.\nshow: the rows; with --json as they stand.\ncheckpoint: "
	    "signs what is not signed yet, approved.\nanchor: signs the "
	    "ledger's end and stores that beside the objects, where "
	    "a\nrollback of the ledger shows, approved.  With --bundle and "
	    "--key: of an exported\nhistory, from another machine.\nexport: a "
	    "bundle of all of it, for another machine.\nrebuild: makes the "
	    "manifest anew from the ledger.  With --from-store: the\nhistory "
	    "of a lost box, from its packs in a store, approved.\n",
	  .min_args = 1, .max_args = 1, .network = true,
	  .network_for = ledger_cmd_reaches, .store = true,
	  .names_store = true, .approves = true, .limits = true,
	  .fields = ledger_cmd_fields, .offset = AT(ledger),
	  .run = ledger_cmd_run },
	{ .name = "resolve", .arguments = "[ROOT]",
	  .summary = "which hash to trust for a deployed file, or none",
	  .details =
	    "Prints a hash that may be trusted, only if the ledger proves it: "
	    "its chain, the\nsignatures of listed writers, one binding of the "
	    "path, a proof, no rollback.\nAnything else is FAIL_CLOSED with a "
	    "code, and status 10.  Needs no key, may be\nanother user than "
	    "the one who writes the ledger, and writes nothing.  Uses the\n"
	    "network with --anchor only.\n",
	  .min_args = 0, .max_args = 1, .root_argument = true,
	  .network = true, .network_with = AT(resolve.anchor),
	  .store = true, .names_store = true,
	  .fields = resolve_fields, .offset = AT(resolve),
	  .run = resolve_run },
	{ .name = "carriers", .arguments = "[ROOT]",
	  .summary = "what could carry a file's hash, and how good each is",
	  .details =
	    "Holds ledger, receipts, manifest, a file of checksums, an "
	    "extended attribute and\nfree text against six criteria, each with "
	    "the fact that it looked at, and gives\neach a verdict.  The last "
	    "line is INTERFACE_F_CARRIER_PROVEN, or that no carrier is.\nUses "
	    "no network, and writes nothing.\n",
	  .min_args = 0, .max_args = 1, .root_argument = true,
	  .fields = carriers_cmd_fields, .offset = AT(carriers),
	  .run = carriers_cmd_run },
	{ .name = "doctor", .arguments = "[ROOT]",
	  .summary = "look over an archive and its surroundings",
	  .details =
	    "Says of each thing whether it is well: settings, clock, "
	    "permissions, the file\nsystem and its locks, the whole ledger "
	    "and its receipts, the stores' settings\nand where their "
	    "credentials are.  With --live the store is asked, too: its "
	    "name,\ncertificates and clock, whether it takes the "
	    "credentials, and whether it ends\nunfinished uploads by itself. "
	    " Without it, no network is used.  Changes nothing.\n",
	  .min_args = 0, .max_args = 1, .root_argument = true,
	  .network = true, .network_with = AT(doctor.live),
	  .store = true, .names_store = true,
	  .fields = doctor_fields, .run = doctor_run },
	{ .name = "sign", .arguments = "METHOD PATH",
	  .summary = "show how a request is signed",
	  .details =
	    "Prints the canonical request, the string to sign and the "
	    "signature.  PATH and\nqueries are given raw, as bytes; nothing "
	    "is sent.\n",
	  .min_args = 2, .max_args = 2, .store = true,
	  .fields = sign_fields, .offset = AT(sign), .run = sign_run },
	{ .name = NULL }
};

/* See app.h. */
size_t
commands_groups(struct command_group group[COMMANDS_GROUPS_MAX],
    const struct command *c)
{
	static const struct command none = { .name = NULL };
	size_t n = 0;

	if (c == NULL)
		c = &none;
	if (c->selects)
		group[n++] = (struct command_group){ "which objects",
		    options_selection, AT(selection) };
	if (c->approves)
		group[n++] = (struct command_group){ "approval",
		    options_approval, AT(approval) };
	if (c->limits)
		group[n++] = (struct command_group){ "bounds",
		    options_limits, AT(limits) };
	if (c->moves)
		group[n++] = (struct command_group){ "progress",
		    options_watch, AT(watch) };
	if (c->selects || c->names_store)
		group[n++] = (struct command_group){ "which store",
		    options_store_name, AT(selection) };
	if (c->store)
		group[n++] = (struct command_group){ "the store",
		    store_conf_fields, AT(store) };
	group[n++] = (struct command_group){ "options of all commands",
	    options_global, AT(global) };
	return n;
}
