// SPDX-License-Identifier: Apache-2.0
#include "cli/glass_commands.h"

#include <CLI/CLI.hpp>
#include <memory>

namespace bulkhead::cli {

namespace {

using Arguments = std::shared_ptr<GlassArguments>;
using Run = int (*)(const Session&, const GlassArguments&);

constexpr const char* kAbout =
    "Open a break-glass grant of the policy: two of its approvers sign, a gateway obeys";
constexpr const char* kDataplane = "Socket of the dataplane, while control is gone";

CLI::App* add(CLI::App& group, const char* name, const char* about, const Session& session,
              std::function<int()>& command, const Arguments& arguments, Run run) {
  auto* app = group.add_subcommand(name, about);
  app->callback(
      [=, &session, &command] { command = [=, &session] { return run(session, *arguments); }; });
  return app;
}

void add_signer(CLI::App& app, GlassArguments& arguments) {
  app.add_option("--as", arguments.person, "Your name among the policy's approvers")->required();
  app.add_option("--key", arguments.key, "File with your private key")->required();
}

}  // namespace

void add_glass_commands(CLI::App& app, const Session& session, std::function<int()>& command) {
  auto* group = app.add_subcommand("break-glass", kAbout);
  group->require_subcommand(1);
  const auto arguments = std::make_shared<GlassArguments>();
  const auto sub = [&](const char* name, const char* about, Run run) {
    return add(*group, name, about, session, command, arguments, run);
  };

  auto* key = sub("key", "Make your key, and the line for the policy", run_glass_key);
  key->add_option("NAME", arguments->person, "Your name among the approvers")->required();
  key->add_option("--out", arguments->key, "File for the private key (made, mode 0600)")
      ->required();

  auto* request = sub("request", "Say what is to be opened, and sign it first", run_glass_request);
  request->add_option("GRANT", arguments->grant, "Name of a break-glass grant")->required();
  request->add_option("--gateway", arguments->gateways, "Where; again for each on the way")
      ->required();
  request->add_option("--for", arguments->span, "How long from now: 30m, 2h")->required();
  request->add_option("--reason", arguments->reason, "Kept in every log")->required();
  request->add_option("--out", arguments->file, "File for the request")->required();
  add_signer(*request, *arguments);

  auto* approve = sub("approve", "Sign a request of somebody else", run_glass_approve);
  approve->add_option("FILE", arguments->file, "The request; is written again")->required();
  add_signer(*approve, *arguments);

  auto* show = sub("show", "What a request says and who signed it", run_glass_show);
  show->add_option("FILE", arguments->file, "The request")->required();

  auto* open = sub("open", "Have this gateway obey a request", run_glass_open);
  open->add_option("FILE", arguments->file, "The request, with two signatures")->required();
  open->add_option("--dataplane", arguments->dataplane, kDataplane);

  auto* close = sub("close", "Close a grant before its time", run_glass_close);
  close->add_option("GRANT", arguments->grant, "Name of an open break-glass grant")->required();
  close->add_option("--dataplane", arguments->dataplane, kDataplane);
}

}  // namespace bulkhead::cli
