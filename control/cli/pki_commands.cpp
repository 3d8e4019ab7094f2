// SPDX-License-Identifier: Apache-2.0
// The words of `bulkhead pki`.
#include "cli/pki_commands.h"

#include <CLI/CLI.hpp>
#include <memory>

namespace bulkhead::cli {

namespace {

using Command = std::function<int()>;

void add_token_commands(CLI::App& pki, const Session& session, Command& command) {
  auto arguments = std::make_shared<TokenArguments>();
  auto* token = pki.add_subcommand("token", "Make a one-time join token (at the issuer)");
  token->add_option("--gateway", arguments->gateway, "Name of the new gateway")->required();
  token->add_option("--ttl", arguments->ttl, "How long it is good: 30m, 24h, 7d")
      ->capture_default_str();
  token->callback([=, &session, &command] {
    command = [=, &session] { return run_pki_token(session, *arguments); };
  });
  pki.add_subcommand("tokens", "List the join tokens (at the issuer)")
      ->callback(
          [&session, &command] { command = [&session] { return run_pki_tokens(session); }; });
  auto id = std::make_shared<std::string>();
  auto* cancel = pki.add_subcommand("cancel", "Cancel an open join token (at the issuer)");
  cancel->add_option("ID", *id, "As `bulkhead pki tokens` shows it")->required();
  cancel->callback([=, &session, &command] {
    command = [=, &session] { return run_pki_cancel(session, *id); };
  });
}

void add_init_commands(CLI::App& pki, Command& command) {
  auto arguments = std::make_shared<PkiInitArguments>();
  const auto options = [arguments](CLI::App* app) {
    app->add_option("--dir", arguments->directory, "The owner's PKI directory")
        ->capture_default_str();
    app->add_option("--trust-domain", arguments->trust_domain)->capture_default_str();
    app->add_option("--root-days", arguments->root_days, "Life of the root")
        ->check(CLI::Range(1, 36'500))
        ->capture_default_str();
    app->add_option("--issuer-days", arguments->issuer_days, "Life of the issuing CA")
        ->check(CLI::Range(1, 36'500))
        ->capture_default_str();
  };
  auto* init = pki.add_subcommand("init", "Make an owner root and an issuing CA; asks no server");
  options(init);
  init->add_flag("--force", arguments->force,
                 "Replace what is there: all gateways must enrol again");
  init->add_flag("--new-root", arguments->new_root, "As `pki roll-root`");
  init->callback([=, &command] { command = [=] { return run_pki_init(*arguments); }; });
  auto* roll = pki.add_subcommand("roll-root", "A second root and issuing CA beside the first");
  options(roll);
  roll->callback([=, &command] {
    command = [=] {
      arguments->new_root = true;
      return run_pki_init(*arguments);
    };
  });
}

void add_sign_command(CLI::App& pki, Command& command) {
  auto arguments = std::make_shared<SignArguments>();
  auto* sign = pki.add_subcommand("sign", "Answer an offline enrolment request; asks no server");
  sign->add_option("REQUEST", arguments->request, "File of `bulkhead enroll request`")->required();
  sign->add_option("--gateway", arguments->gateway, "Whose it must be")->required();
  sign->add_option("--pki", arguments->pki, "The owner's PKI directory")->capture_default_str();
  sign->add_option("--out", arguments->out, "Response file (default: GATEWAY.response)");
  sign->add_option("--trust-domain", arguments->trust_domain)->capture_default_str();
  sign->add_option("--days", arguments->days, "Validity")
      ->check(CLI::Range(1, 3650))
      ->capture_default_str();
  sign->add_option("--authority", arguments->authority, "2: issuing-ca-2, after a roll-over")
      ->check(CLI::Range(1, 3));
  sign->callback([=, &command] { command = [=] { return run_pki_sign(*arguments); }; });
}

void add_deny_command(CLI::App& pki, Command& command) {
  auto arguments = std::make_shared<DenyArguments>();
  auto* deny = pki.add_subcommand("deny", "Make a signed deny record; asks no server");
  deny->add_option("--pki", arguments->pki, "The owner's PKI directory")->capture_default_str();
  auto* which = deny->add_option_group("what");
  which->add_option("--certificate", arguments->certificate, "This certificate (PEM)");
  which->add_option("--serial", arguments->serial, "The issuing CA's certificate of this serial");
  which->add_option("--key-of", arguments->key_of, "Every certificate of this one's key (PEM)");
  which->require_option(1);
  deny->add_option("--number", arguments->number, "Counted by the signer; never used twice")
      ->required()
      ->check(CLI::PositiveNumber);
  deny->add_option("--gateway", arguments->gateway, "Whom it is about, for people");
  deny->add_option("--reason", arguments->reason, "Printable ASCII, for people")->required();
  deny->add_option("--out", arguments->out, "Record file")->required();
  deny->add_option("--authority", arguments->authority, "2: issuing-ca-2 or owner-root-2")
      ->check(CLI::Range(1, 3));
  deny->add_flag("--by-root", arguments->by_root, "Sign with the owner root, not the issuing CA");
  deny->callback([=, &command] { command = [=] { return run_pki_deny(*arguments); }; });
}

}  // namespace

void add_pki_commands(CLI::App& app, const Session& session, Command& command) {
  CLI::App* pki = app.add_subcommand("pki", "Certificates: authorities, tokens, status, denial");
  pki->require_subcommand(1);
  pki->fallthrough();
  add_init_commands(*pki, command);
  add_token_commands(*pki, session, command);
  add_sign_command(*pki, command);
  add_deny_command(*pki, command);
  pki->add_subcommand("renew", "Renew this gateway's certificate now")
      ->callback([&session, &command] { command = [&session] { return run_pki_renew(session); }; });
  auto directory = std::make_shared<std::string>();
  auto* status = pki->add_subcommand("status", "Certificates, their ends, alarms, renewal");
  status->add_option("--pki", *directory, "Of a PKI directory instead of this gateway");
  status->callback([=, &session, &command] {
    command = [=, &session] { return run_pki_status(session, *directory); };
  });
}

}  // namespace bulkhead::cli
