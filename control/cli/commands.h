// SPDX-License-Identifier: Apache-2.0
// One function per sub-command: asks, prints, returns the exit status of output.h.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/output.h"

namespace bulkhead::cli {

struct Session {
  ApiPlace place;
  bool json = false;
};

extern const std::string_view kPolicySchema;  // lib/policy/policy.schema.json

struct ApplyArguments {
  std::string file;  // "-": standard input
  std::optional<uint64_t> expected_generation;
  std::string comment;
  std::string confirm;  // "5m": on trial; empty: for good
};
int run_apply(const Session& session, const ApplyArguments& arguments);
// Needs no server.
int run_validate(const Session& session, const std::string& file);
// The policy file's JSON schema, for editors. Needs no server.
int run_schema();
// Operations and points of the protocol; empty: the protocols. Needs no server.
int run_protocols(const Session& session, const std::string& name);
// What IEC 62443-4-2 asks of a network device up to a security level (1-4), and what there is for
// it: Markdown, or a JSON line each. Needs no server.
int run_evidence(const Session& session, uint32_t level);
int run_get(const Session& session, uint64_t generation);
int run_history(const Session& session, uint32_t limit);

int run_grant(const Session& session, const std::string& file);
int run_grant_revoke(const Session& session, const std::string& name);
int run_grants(const Session& session, uint32_t limit);

// From the gateway's own evidence. `values`: limit writes to those seen.
int run_learn(const Session& session, bool values);
int run_learn_forget(const Session& session);

int run_fleet_status(const Session& session);

int run_proposals(const Session& session, uint32_t limit);
int run_proposal(const Session& session, uint64_t number);
int run_approve(const Session& session, uint64_t number);
int run_reject(const Session& session, uint64_t number, const std::string& reason);

struct DiffArguments {
  std::string file;  // against what is in force, or `from`; or `to`
  uint64_t from = 0;
  uint64_t to = 0;
  uint32_t limit = 200;
};
int run_diff(const Session& session, const DiffArguments& arguments);
void print_diff(const v1::PolicyDiff& diff);
std::optional<std::string> read_policy(const std::string& file);  // "-": standard input
std::string place_name(const std::string& file);

struct RollbackArguments {
  uint64_t generation = 0;
  std::optional<uint64_t> expected_generation;
  std::string comment;
  std::string confirm;
};
int run_rollback(const Session& session, const RollbackArguments& arguments);
int run_confirm(const Session& session, uint64_t generation);  // 0: whichever is on trial

struct AuditArguments {
  uint32_t limit = 20;
  std::string store;   // verify: this file, without a server
  std::string signer;  // with `store`: public key (PEM) of the head's signature
  std::string head;    // "COUNT:SHA256" noted earlier
};
int run_audit(const Session& session, const AuditArguments& arguments);
int run_audit_verify(const Session& session, const AuditArguments& arguments);

struct ExplainArguments {
  std::string from;
  std::string to;
  std::vector<std::string> words;  // an event id, or the words of an access
};
int run_explain(const Session& session, const ExplainArguments& arguments);

int run_status(const Session& session);
int run_counters(const Session& session, bool watch);
int run_stages(const Session& session);
// One line per peer; with a name: all of that one, with each path.
int run_peers(const Session& session, const std::string& peer);
int run_rekey(const Session& session, const std::string& peer);

struct PeerArguments {
  std::string name;
  std::vector<std::string> paths;  // "underlay=IP:PORT,handshake=IP:PORT[,port=NAME]"
  bool behind_nat = false;
  std::vector<std::string> from;
};
int run_peer_add(const Session& session, const PeerArguments& arguments);
int run_peer_remove(const Session& session, const std::string& peer);

struct RevokeArguments {
  std::string gateway;
  std::string reason;
  std::string record;  // file
  bool list = false;
};
int run_revoke(const Session& session, const RevokeArguments& arguments);

struct EventsArguments {
  bool follow = false;
  uint32_t last = 20;
};
int run_events(const Session& session, const EventsArguments& arguments);

// `bulkhead rehearse WORDS`: becomes the program bulkhead-rehearse, which stands beside this one or
// in the PATH. Returns only when there is none.
int run_rehearse(const Session& session, const std::vector<std::string>& words);
// `bulkhead dissect WORDS`: the same with bulkhead-dissect.
int run_dissect(const Session& session, const std::vector<std::string>& words);

// What apply and rollback answer.
void print_applied(const v1::ApplyResponse& response);
// "on trial: generation 6 comes back in 4m 10s unless ..."
std::string trial_text(const v1::Trial& trial);

// One event as one line. `painter` nullptr: without colours.
using Painter = std::string (*)(Colour, std::string_view);
std::string event_line(const v1::Event& event, Painter painter = paint);

}  // namespace bulkhead::cli
