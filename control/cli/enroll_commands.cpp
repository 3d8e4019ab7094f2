// SPDX-License-Identifier: Apache-2.0
// The words of `bulkhead enroll`.
#include <CLI/CLI.hpp>
#include <memory>

#include "cli/pki_commands.h"

namespace bulkhead::cli {

namespace {

void add_common(CLI::App* app, EnrollArguments& arguments) {
  app->add_option("--dir", arguments.directory, "Where the gateway's files are")
      ->capture_default_str();
  app->add_option("--gateway", arguments.gateway, "Its name (default: as in DIR/control.yaml)");
  app->add_option("--trust-domain", arguments.trust_domain, "(default: as in DIR/control.yaml)");
  app->add_option("--key", arguments.key, "pkcs11: URI of a key in a token (default: a new file)");
  app->add_flag("--force", arguments.force, "Replace a certificate that is there");
}

}  // namespace

void add_enroll_commands(CLI::App& app, const Session&, std::function<int()>& command) {
  auto arguments = std::make_shared<EnrollArguments>();
  CLI::App* enroll =
      app.add_subcommand("enroll", "Get this gateway's certificate by a join token, or off line");
  enroll->require_subcommand(0, 1);
  enroll->add_option("--issuer", arguments->issuer, "HOST:PORT of the issuer's enrolment listener");
  enroll->add_option("--token", arguments->token, "bh1....; or @FILE, or - for standard input");
  add_common(enroll, *arguments);
  enroll->callback([=, &command] {
    if (enroll->get_subcommands().empty()) command = [=] { return run_enroll(*arguments); };
  });

  auto request = std::make_shared<RequestArguments>();
  CLI::App* ask = enroll->add_subcommand("request", "Make a key and a request file");
  add_common(ask, request->common);
  ask->add_option("--out", request->out, "Request file (default: GATEWAY.request)");
  ask->callback([=, &command] { command = [=] { return run_enroll_request(*request); }; });

  auto accept = std::make_shared<AcceptArguments>();
  CLI::App* take = enroll->add_subcommand("accept", "Check a response file and take it into use");
  take->add_option("RESPONSE", accept->response, "File of `bulkhead pki sign`")->required();
  take->add_option("--root", accept->root, "Digest of the root's key, from the issuer's operator");
  add_common(take, accept->common);
  take->callback([=, &command] { command = [=] { return run_enroll_accept(*accept); }; });
}

}  // namespace bulkhead::cli
