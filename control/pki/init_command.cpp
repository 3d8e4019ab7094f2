// SPDX-License-Identifier: Apache-2.0
#include "pki/init_command.h"

#include <sys/stat.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <iostream>

#include "base/file.h"
#include "pki/authority.h"
#include "pki/hand_over.h"
#include "pki/key.h"

namespace bulkhead::pki {

namespace {

constexpr std::time_t kDay = 24 * 60 * 60;
constexpr std::time_t kSkew = 60 * 60;

// Collects what is written and stops at the first failure, so that callers read as a list.
class Steps {
 public:
  explicit Steps(InitReport& report) : report_(report) {}

  void made(const std::string& path, std::string_view what, Status status) {
    if (!failed_.ok()) return;
    if (!status.ok()) {
      failed_ = std::move(status).error().within(path);
      return;
    }
    report_.made.push_back(path + "  " + std::string(what));
  }
  [[nodiscard]] Status result() && { return std::move(failed_); }

 private:
  InitReport& report_;
  Status failed_;
};

Status nothing_there(const std::vector<std::string>& paths, bool force) {
  for (const std::string& path : paths)
    if (!force && std::filesystem::exists(path))
      return Error{ErrorCode::kExists,
                   path + " is there already; --force replaces it, with new keys"};
  return {};
}

Status make_directory(const std::string& path, mode_t mode) {
  std::error_code failed;
  const bool made = std::filesystem::create_directories(path, failed);
  if (failed) return Error{ErrorCode::kIo, "create " + path + ": " + failed.message()};
  if (made && ::chmod(path.c_str(), mode) != 0) return io_error("chmod " + path);
  return {};
}

// Directories of a running gateway: their absence is a note, as they may belong to a later boot.
void try_directory(const std::string& path, InitReport& report) {
  if (Status made = make_directory(path, 0700); !made.ok())
    report.notes.push_back(made.error().sentence + "; make it before starting");
}

std::string pki_directory(const InitOptions& options) {
  return options.pki.empty() ? options.directory + "/pki" : options.pki;
}

Status write_signing_pair(const GatewayPlan& plan, Steps& steps) {
  Result<KeyPtr> key = generate_ed25519();
  if (!key.ok()) return std::move(key).error();
  steps.made(plan.file("image-signing.key"), "signs policy images (Ed25519, secret)",
             write_private_key(plan.file("image-signing.key"), key->get()));
  steps.made(plan.file("image-signing.pub"), "what the dataplane verifies them with",
             write_public_key(plan.file("image-signing.pub"), key->get()));
  return {};
}

Status write_leaf(const Authority& authority, const identity::SpiffeId& id, CertificateUse use,
                  const std::string& stem, const InitOptions& options, std::time_t now,
                  Steps& steps) {
  Result<Leaf> leaf = authority.issue_leaf(use, id, now - kSkew,
                                           now + static_cast<std::time_t>(options.days) * kDay);
  if (!leaf.ok()) return std::move(leaf).error();
  steps.made(stem + ".key", "its key (secret)", write_private_key(stem + ".key", leaf->key.get()));
  steps.made(stem + ".pem", identity::to_string(id),
             authority.write_chain(stem + ".pem", leaf->certificate.get()));
  return {};
}

void finish_gateway(const GatewayPlan& plan, InitReport& report) {
  try_directory(plan.run_directory, report);
  try_directory(plan.state_directory, report);
  try_directory(plan.state_directory + "/dataplane", report);
  report.next.push_back("bulkhead-dataplane --config " + plan.file("dataplane.yaml"));
  report.next.push_back("bulkhead-control --config " + plan.file("control.yaml"));
  if (plan.zones.empty()) report.notes.push_back("no --zone: add zone ports to dataplane.yaml");
  if (plan.peers.empty()) report.notes.push_back("no --peer: add peers to control.yaml");
}

// All but certificate, key and roots.
Status write_start_up(const GatewayPlan& plan, const InitOptions& options, InitReport& report) {
  Status free = nothing_there({plan.file("control.yaml"), plan.file("dataplane.yaml"),
                               plan.file("image-signing.key"), plan.file("image-signing.pub")},
                              options.force);
  if (!free.ok()) return free;
  Steps steps{report};
  if (Status signing = write_signing_pair(plan, steps); !signing.ok()) return signing;
  steps.made(plan.file("control.yaml"), "start-up file of bulkhead-control",
             write_file_atomically(plan.file("control.yaml"), control_yaml(plan), 0644));
  steps.made(plan.file("dataplane.yaml"), "start-up file of bulkhead-dataplane",
             write_file_atomically(plan.file("dataplane.yaml"), dataplane_yaml(plan), 0644));
  if (options.enroll && !std::filesystem::exists(plan.file("gateway.pem")))
    report.next.push_back("bulkhead enroll --issuer HOST:PORT --token TOKEN --dir " +
                          plan.directory);
  finish_gateway(plan, report);
  if (Status made = std::move(steps).result(); !made.ok()) return made;
  return hand_over({plan.file("image-signing.key"), plan.file("gateway.key"),
                    plan.file("gateway.pem"), plan.file("roots.pem")});
}

Status write_gateway(const GatewayPlan& plan, const Authority& authority,
                     const InitOptions& options, std::time_t now, InitReport& report) {
  Status free = nothing_there(
      {plan.file("control.yaml"), plan.file("dataplane.yaml"), plan.file("gateway.pem"),
       plan.file("gateway.key"), plan.file("image-signing.key"), plan.file("image-signing.pub")},
      options.force);
  if (!free.ok()) return free;
  const auto id = identity::gateway_id(plan.trust_domain, plan.gateway);
  if (!id.ok()) return id.error();
  Steps steps{report};
  Status leaf = write_leaf(authority, *id, CertificateUse::kGateway, plan.file("gateway"), options,
                           now, steps);
  if (!leaf.ok()) return leaf;
  steps.made(plan.file("roots.pem"), "trust anchors",
             authority.write_anchors(plan.file("roots.pem")));
  if (Status made = std::move(steps).result(); !made.ok()) return made;
  return write_start_up(plan, options, report);
}

Status write_operator(const Authority& authority, const InitOptions& options, std::time_t now,
                      InitReport& report) {
  const auto id = identity::role_id(options.trust_domain, options.role, options.operator_name);
  if (!id.ok()) return Error(id.error()).within("--operator");
  const std::string stem = options.directory + "/operator-" + options.operator_name;
  if (Status free = nothing_there({stem + ".pem", stem + ".key"}, options.force); !free.ok())
    return free;
  Steps steps{report};
  Status leaf = write_leaf(authority, *id, CertificateUse::kOperator, stem, options, now, steps);
  if (!leaf.ok()) return leaf;
  const std::string roots = options.directory + "/roots.pem";
  steps.made(roots, "trust anchors", authority.write_anchors(roots));
  return std::move(steps).result();
}

}  // namespace

Result<InitReport> init(const InitOptions& options, std::time_t now) {
  if (options.gateway.empty() && options.operator_name.empty())
    return Error{ErrorCode::kInvalid, "give --gateway NAME, --operator NAME or both"};
  if (options.days == 0 || options.days > 3650)
    return Error{ErrorCode::kInvalid, "--days: 1 to 3650"};
  if (options.enroll && (options.gateway.empty() || !options.operator_name.empty()))
    return Error{ErrorCode::kInvalid, "--enroll goes with --gateway, and without --operator"};
  Result<GatewayPlan> plan = GatewayPlan{};
  if (!options.gateway.empty()) plan = check_options(options);
  if (!plan.ok()) return std::move(plan).error();
  InitReport report;
  const std::string pki = pki_directory(options);
  if (Status made = make_directory(options.directory, 0755); !made.ok())
    return std::move(made).error();
  if (options.enroll) {
    if (Status made = write_start_up(*plan, options, report); !made.ok())
      return std::move(made).error();
    return report;
  }
  if (Status made = make_directory(pki, 0700); !made.ok()) return std::move(made).error();
  Result<Authority> authority = Authority::open_or_create(pki, options.trust_domain, now);
  if (!authority.ok()) return std::move(authority).error();
  if (authority->created()) {
    report.made.push_back(pki + "/owner-root.pem, issuing-ca.pem  the owner's authorities");
    report.notes.push_back(
        pki + " can issue any identity: keep it off line, and use it again for the other gateways");
  }
  Status done;
  if (!options.gateway.empty()) done = write_gateway(*plan, *authority, options, now, report);
  if (done.ok() && !options.operator_name.empty())
    done = write_operator(*authority, options, now, report);
  if (!done.ok()) return std::move(done).error();
  return report;
}

int run_init(const InitOptions& options) {
  const Result<InitReport> report = init(options, std::time(nullptr));
  if (!report.ok()) {
    std::cerr << "bulkhead init: " << report.error().sentence << "\n";
    return 1;
  }
  std::cout << "Made:\n";
  for (const std::string& line : report->made) std::cout << "  " << line << "\n";
  for (const std::string& line : report->notes) std::cout << "Note: " << line << "\n";
  if (!report->next.empty()) std::cout << "Next:\n";
  for (const std::string& line : report->next) std::cout << "  " << line << "\n";
  return 0;
}

void add_init_command(CLI::App& app, int& status) {
  auto options = std::make_shared<InitOptions>();
  CLI::App* init =
      app.add_subcommand("init", "make the PKI, credentials and start-up files of a gateway");
  init->add_option("--gateway", options->gateway, "the gateway's name, as in policy bindings");
  init->add_option("--dir", options->directory, "where its files go")->capture_default_str();
  init->add_option("--pki", options->pki, "the owner's PKI; made when absent (default: DIR/pki)");
  init->add_option("--trust-domain", options->trust_domain)->capture_default_str();
  init->add_option("--underlay", options->underlay, "own underlay address, as in 172.16.0.1/24");
  init->add_option("--mesh-interface", options->mesh_interface, "the underlay's interface")
      ->capture_default_str();
  init->add_option("--zone", options->zones, "NAME=INTERFACE of a zone port; repeatable");
  init->add_option("--peer", options->peers, "NAME=ADDRESS of another gateway; repeatable");
  init->add_option("--run-dir", options->run_directory, "sockets")->capture_default_str();
  init->add_option("--state-dir", options->state_directory, "store and last good image")
      ->capture_default_str();
  init->add_option("--days", options->days, "validity of the certificate")->capture_default_str();
  init->add_option("--operator", options->operator_name,
                   "also issue a client certificate for the API");
  init->add_option("--role", options->role, "the operator's role")->capture_default_str();
  init->add_flag("--enroll", options->enroll,
                 "no certificate: it comes by `bulkhead enroll`; needs no PKI here");
  init->add_flag("--force", options->force, "replace existing files, with new keys");
  init->callback([options, &status] { status = run_init(*options); });
}

}  // namespace bulkhead::pki
