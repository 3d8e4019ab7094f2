// SPDX-License-Identifier: Apache-2.0
// bulkhead: words of the command line to commands.h. Exit status: 0 ok, 1 refused or invalid,
// 2 usage, 3 control does not answer.
#include <CLI/CLI.hpp>
#include <functional>

#include "cli/commands.h"
#include "cli/glass_commands.h"
#include "cli/lock_commands.h"
#include "cli/pki_commands.h"
#include "cli/watch_commands.h"
#include "pki/init_command.h"

namespace {

using namespace bulkhead;  // NOLINT

struct CommandLine {
  cli::Session session;
  cli::ApplyArguments apply;
  std::string reason;
  cli::ExplainArguments explain;
  cli::EventsArguments events;
  cli::PeerArguments add;
  cli::RevokeArguments revoke;
  cli::RollbackArguments rollback;
  cli::DiffArguments diff;
  cli::AuditArguments audit;
  std::string file;
  std::string name;
  std::string peer;
  std::string protocol;
  uint64_t generation = 0;
  uint32_t limit = 20;
  uint32_t level = 4;  // evidence
  bool watch = false;
  std::function<int()> command;
  int init_status = cli::kOk;
  std::string capture, policy, place;  // learn
  bool values = false, by_address = false;
};

void add_policy_commands(CLI::App& app, CommandLine& line) {
  auto* apply = app.add_subcommand("apply", "Put a policy in force");
  apply->add_option("FILE", line.apply.file, "Policy (YAML); - for standard input")->required();
  apply->add_option("--expect-generation", line.apply.expected_generation,
                    "Refuse unless this generation is in force (0: none)");
  apply->add_option("--comment", line.apply.comment, "Kept in the history");
  apply->add_option("--confirm", line.apply.confirm,
                    "On trial for so long (30s, 5m, 1h): without `bulkhead confirm` in time the "
                    "version before comes back by itself");
  apply->callback([&] { line.command = [&] { return cli::run_apply(line.session, line.apply); }; });

  auto* validate = app.add_subcommand("validate", "Check a policy; asks no server");
  validate->add_option("FILE", line.file, "Policy (YAML); - for standard input")->required();
  validate->callback(
      [&] { line.command = [&] { return cli::run_validate(line.session, line.file); }; });

  auto* rehearse = app.add_subcommand(
      "rehearse", "Play a capture through a draft policy: what would pass, and what would change");
  rehearse->prefix_command()->fallthrough(false);  // all that follows is the program's
  rehearse->set_help_flag();                       // the program that does it has its own
  rehearse->callback([&, rehearse] {
    line.command = [&, rehearse] { return cli::run_rehearse(line.session, rehearse->remaining()); };
  });

  auto* dissect = app.add_subcommand(
      "dissect", "Print each OT operation of a capture, as the dataplane's parsers see it");
  dissect->prefix_command()->fallthrough(false);
  dissect->set_help_flag();
  dissect->callback([&, dissect] {
    line.command = [&, dissect] { return cli::run_dissect(line.session, dissect->remaining()); };
  });

  app.add_subcommand("schema", "JSON schema of policy files, for editors; asks no server")
      ->callback([&] { line.command = [] { return cli::run_schema(); }; });

  auto* evidence = app.add_subcommand(
      "evidence",
      "What IEC 62443-4-2 asks of a network device, what implements it, which test shows "
      "it, and the gaps (Markdown, or --json); asks no server");
  evidence->add_option("--level", line.level, "Up to this security level (SL-C)")
      ->check(CLI::Range(1, 4))
      ->capture_default_str();
  evidence->callback(
      [&] { line.command = [&] { return cli::run_evidence(line.session, line.level); }; });

  auto* protocols = app.add_subcommand(
      "protocols", "The protocols that policies can open: operations and points; asks no server");
  protocols->add_option("name", line.protocol, "One of them; default: all, without operations");
  protocols->callback(
      [&] { line.command = [&] { return cli::run_protocols(line.session, line.protocol); }; });

  auto* get = app.add_subcommand("get", "Print the policy in force, or an older one");
  get->add_option("--generation", line.generation, "Which one; default: the current one");
  get->callback(
      [&] { line.command = [&] { return cli::run_get(line.session, line.generation); }; });

  auto* history = app.add_subcommand("history", "List the versions of the policy");
  history->add_option("--limit", line.limit, "How many")->check(CLI::Range(1, 1000));
  history->callback(
      [&] { line.command = [&] { return cli::run_history(line.session, line.limit); }; });

  auto* explain = app.add_subcommand(
      "explain",
      "Why: `explain 17`, or `explain --from hmi-3 --to plc-7 modbus write holding 10 = 5`");
  explain->add_option("--from", line.explain.from, "Identity that asks");
  explain->add_option("--to", line.explain.to, "Identity that is asked");
  explain
      ->add_option("WHAT", line.explain.words,
                   "Event id, or: modbus CLASS TYPE POINTS [= VALUE] [unit N] | tcp PORT | udp "
                   "PORT | icmp")
      ->required();
  explain->callback(
      [&] { line.command = [&] { return cli::run_explain(line.session, line.explain); }; });
}

void add_diff_command(CLI::App& app, CommandLine& line) {
  auto* diff = app.add_subcommand("diff", "What a policy would newly allow or no longer allow");
  auto* file = diff->add_option("FILE", line.diff.file, "New policy (YAML); - for standard input");
  diff->add_option("--from", line.diff.from, "Old generation; default: the one in force");
  diff->add_option("--to", line.diff.to, "New generation, instead of FILE")->excludes(file);
  diff->add_option("--limit", line.diff.limit, "Lines at most")->check(CLI::Range(1, 10000));
  diff->callback([&] { line.command = [&] { return cli::run_diff(line.session, line.diff); }; });
}

void add_trial_commands(CLI::App& app, CommandLine& line) {
  auto* confirm = app.add_subcommand("confirm", "The policy on trial stays in force");
  confirm->add_option("GENERATION", line.generation, "Which one; default: the one on trial");
  confirm->callback(
      [&] { line.command = [&] { return cli::run_confirm(line.session, line.generation); }; });

  auto* rollback = app.add_subcommand("rollback", "An older version again, as a new generation");
  rollback->add_option("GENERATION", line.rollback.generation, "Which one")->required();
  rollback->add_option("--expect-generation", line.rollback.expected_generation,
                       "Refuse unless this generation is in force");
  rollback->add_option("--comment", line.rollback.comment, "Kept in the history");
  rollback->add_option("--confirm", line.rollback.confirm, "On trial for so long, as for apply");
  rollback->callback(
      [&] { line.command = [&] { return cli::run_rollback(line.session, line.rollback); }; });
}

void add_grant_commands(CLI::App& app, CommandLine& line) {
  auto* grant = app.add_subcommand("grant", "An access with an end, beside the policy");
  grant->add_option("FILE", line.file,
                    "One grant (YAML, as in a policy's list); - for standard input");
  grant->require_subcommand(0, 1);
  grant->callback([&, grant] {
    if (!grant->get_subcommands().empty()) return;
    if (line.file.empty()) throw CLI::RequiredError("FILE");
    line.command = [&] { return cli::run_grant(line.session, line.file); };
  });
  auto* revoke = grant->add_subcommand("revoke", "Takes it away; its flows are cut at once");
  revoke->add_option("NAME", line.name, "Which one")->required();
  revoke->callback(
      [&] { line.command = [&] { return cli::run_grant_revoke(line.session, line.name); }; });
  auto* grants = app.add_subcommand("grants", "Grants, newest first, ended ones included");
  grants->add_option("--limit", line.limit, "How many")->check(CLI::Range(1, 1000));
  grants->callback(
      [&] { line.command = [&] { return cli::run_grants(line.session, line.limit); }; });
}

void add_audit_commands(CLI::App& app, CommandLine& line) {
  auto* audit = app.add_subcommand("audit", "Who changed what, or tried to");
  audit->add_option("--limit", line.audit.limit, "How many entries")->check(CLI::Range(1, 1000));
  audit->require_subcommand(0, 1);
  audit->callback([&, audit] {
    if (!audit->get_subcommands().empty()) return;
    line.command = [&] { return cli::run_audit(line.session, line.audit); };
  });
  auto* verify = audit->add_subcommand("verify", "Whether anybody edited the audit log");
  auto* store = verify->add_option("--store", line.audit.store,
                                   "Of this store file; asks no server, also of a copy");
  verify->add_option("--signer", line.audit.signer, "Public key of the head's signature (PEM)")
      ->needs(store);
  verify->add_option("--head", line.audit.head,
                     "COUNT:SHA256 noted earlier: the log must contain it");
  verify->callback(
      [&] { line.command = [&] { return cli::run_audit_verify(line.session, line.audit); }; });
}

void add_gateway_commands(CLI::App& app, CommandLine& line) {
  app.add_subcommand("status", "State of control and dataplane")->callback([&] {
    line.command = [&] { return cli::run_status(line.session); };
  });
  auto* peers = app.add_subcommand("peers", "The other gateways, their keys and paths");
  peers->add_option("PEER", line.peer, "All of this one, with each path");
  peers->callback([&] { line.command = [&] { return cli::run_peers(line.session, line.peer); }; });
  auto* rekey = app.add_subcommand("rekey", "Agree on fresh keys with a peer now");
  rekey->add_option("PEER", line.peer, "Name of the gateway")->required();
  rekey->callback([&] { line.command = [&] { return cli::run_rekey(line.session, line.peer); }; });
}

void add_peer_commands(CLI::App& app, CommandLine& line) {
  auto* peer = app.add_subcommand("peer", "Peers while running: kept, and without a restart");
  peer->require_subcommand(1);
  auto* add = peer->add_subcommand("add", "A further peer");
  add->add_option("NAME", line.add.name, "Name of the gateway")->required();
  add->add_option("--path", line.add.paths,
                  "underlay=IP:PORT,handshake=IP:PORT[,port=MESH-PORT]; again for further paths, "
                  "the most wanted first");
  add->add_flag("--behind-nat", line.add.behind_nat,
                "It is behind an address translator: it calls us");
  add->add_option("--from", line.add.from, "Where such a peer may come from (prefix)");
  add->callback([&] { line.command = [&] { return cli::run_peer_add(line.session, line.add); }; });
  auto* remove = peer->add_subcommand("remove", "Removes a peer that was added, and its lanes");
  remove->add_option("NAME", line.peer, "Name of the gateway")->required();
  remove->callback(
      [&] { line.command = [&] { return cli::run_peer_remove(line.session, line.peer); }; });

  auto* revoke = app.add_subcommand(
      "revoke", "Deny a gateway's certificate and key, here at once and at all others");
  auto* gateway = revoke->add_option("GATEWAY", line.revoke.gateway, "Name of the peer");
  revoke->add_option("--reason", line.revoke.reason, "Kept in the record")->needs(gateway);
  revoke->add_option("--record", line.revoke.record, "Apply a record signed elsewhere (file)")
      ->excludes(gateway);
  revoke->add_flag("--list", line.revoke.list, "All that is denied")->excludes(gateway);
  revoke->callback(
      [&] { line.command = [&] { return cli::run_revoke(line.session, line.revoke); }; });
}

void add_telemetry_commands(CLI::App& app, CommandLine& line) {
  auto* counters = app.add_subcommand("counters", "Ports, flows, operations, drops, losses");
  counters->add_flag("--watch", line.watch, "Again every second, with rates");
  counters->callback(
      [&] { line.command = [&] { return cli::run_counters(line.session, line.watch); }; });
  app.add_subcommand("stages", "Packets and cycles by pipeline stage")->callback([&] {
    line.command = [&] { return cli::run_stages(line.session); };
  });
  auto* events = app.add_subcommand("events", "Denials and anomalies");
  events->add_flag("--follow", line.events.follow, "Stay and print new ones");
  events->add_option("--last", line.events.last, "How many past ones first")
      ->check(CLI::Range(0, 10000))
      ->capture_default_str();
  events->callback(
      [&] { line.command = [&] { return cli::run_events(line.session, line.events); }; });
}

void add_place(CLI::App& app, cli::ApiPlace& place) {
  auto* socket = app.add_option("--socket", place.socket, "API socket of bulkhead-control")
                     ->envname("BULKHEAD_SOCKET")
                     ->capture_default_str();
  app.add_option("--server", place.server, "Its TLS port instead (IP:PORT), with the next three")
      ->envname("BULKHEAD_SERVER")
      ->excludes(socket);
  app.add_option("--certificate", place.certificate, "Your certificate (PEM)")
      ->envname("BULKHEAD_CERTIFICATE");
  app.add_option("--certificate-key", place.key, "Its private key (PEM)")
      ->envname("BULKHEAD_CERTIFICATE_KEY");
  app.add_option("--anchors", place.anchors, "Roots to believe the server by (PEM)")
      ->envname("BULKHEAD_ANCHORS");
}

// Of bulkhead-rehearse, which holds the packet path.
std::vector<std::string> learn_words(const CommandLine& line) {
  std::vector<std::string> out = {line.capture, "--learn"};
  if (!line.policy.empty()) out.insert(out.end(), {"--policy", line.policy});
  if (!line.place.empty()) out.insert(out.end(), {"--new-identities", line.place});
  if (line.values) out.emplace_back("--values");
  if (line.by_address) out.emplace_back("--by-address");
  return out;
}

void add_learn_commands(CLI::App& app, CommandLine& line) {
  auto* learn = app.add_subcommand(
      "learn",
      "The least relationships that allow what monitor mode saw, or what a capture holds, as YAML");
  auto* capture = learn->add_option("CAPTURE", line.capture,
                                    "pcap or pcapng; without it: the gateway's own evidence");
  learn->add_flag("--values", line.values, "Limit writes to the values seen");
  learn->add_option("--policy", line.policy, "Of a capture: only what this policy does not allow")
      ->needs(capture);
  learn
      ->add_option("--new-identities", line.place,
                   "GATEWAY:PORT. Of a capture: propose addresses that are no identity, too")
      ->needs(capture);
  learn->add_flag("--by-address", line.by_address, "Of a capture: as for rehearse")->needs(capture);
  learn->require_subcommand(0, 1);
  learn->callback([&, learn] {
    if (!learn->get_subcommands().empty()) return;
    line.command = [&] {
      return line.capture.empty() ? cli::run_learn(line.session, line.values)
                                  : cli::run_rehearse({}, learn_words(line));
    };
  });
  learn->add_subcommand("forget", "Begin the gateway's evidence anew")->callback([&] {
    line.command = [&] { return cli::run_learn_forget(line.session); };
  });
}

void add_fleet_commands(CLI::App& app, CommandLine& line) {
  auto* fleet = app.add_subcommand("fleet", "The gateways that share one policy (docs/fleet.md)");
  fleet->require_subcommand(1);
  auto* status = fleet->add_subcommand("status", "The newest version, and who obeys which");
  status->callback([&] { line.command = [&] { return cli::run_fleet_status(line.session); }; });
}

void add_approval_commands(CLI::App& app, CommandLine& line) {
  auto* list = app.add_subcommand("proposals", "Changes that await another person, and past ones");
  list->add_option("--limit", line.limit, "How many")->check(CLI::Range(1, 1000));
  list->callback(
      [&] { line.command = [&] { return cli::run_proposals(line.session, line.limit); }; });
  auto* show = app.add_subcommand("proposal", "One of them, with what it would change");
  auto* approve = app.add_subcommand("approve", "Put what another person proposed in force");
  auto* reject = app.add_subcommand("reject", "End a proposal, or take back your own");
  for (auto* command : {show, approve, reject})
    command->add_option("NUMBER", line.generation, "Of the proposal")->required();
  reject->add_option("--reason", line.reason, "Kept with it");
  show->callback(
      [&] { line.command = [&] { return cli::run_proposal(line.session, line.generation); }; });
  approve->callback(
      [&] { line.command = [&] { return cli::run_approve(line.session, line.generation); }; });
  reject->callback([&] {
    line.command = [&] { return cli::run_reject(line.session, line.generation, line.reason); };
  });
}

}  // namespace

int main(int argc, char** argv) {
  CommandLine line;
  CLI::App app{"Bulkhead: policy, events and state of a gateway."};
  app.require_subcommand(1);
  app.fallthrough();  // global options may stand after the command
  app.set_version_flag("--version", "bulkhead " BULKHEAD_VERSION);
  add_place(app, line.session.place);
  app.add_flag("--json", line.session.json, "One JSON object per line, for machines");
  add_policy_commands(app, line);
  add_diff_command(app, line);
  add_trial_commands(app, line);
  add_grant_commands(app, line);
  add_approval_commands(app, line);
  add_fleet_commands(app, line);
  add_learn_commands(app, line);
  add_audit_commands(app, line);
  add_gateway_commands(app, line);
  add_peer_commands(app, line);
  add_telemetry_commands(app, line);
  cli::add_watch_commands(app, line.session, line.command);
  cli::add_lock_commands(app, line.session, line.command);
  cli::add_glass_commands(app, line.session, line.command);
  cli::add_pki_commands(app, line.session, line.command);
  cli::add_enroll_commands(app, line.session, line.command);
  pki::add_init_command(app, line.init_status);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? cli::kOk : cli::kUsage;
  }
  return line.command ? line.command() : line.init_status;
}
