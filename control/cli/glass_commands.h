// SPDX-License-Identifier: Apache-2.0
// `bulkhead break-glass ...`: two people open a grant in an emergency, with or without control.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "cli/commands.h"

namespace CLI {
class App;
}

namespace bulkhead::cli {

struct GlassArguments {
  std::string file;  // of the request
  std::string grant;
  std::vector<std::string> gateways;
  std::string span;  // "1h"
  std::string reason;
  std::string person;
  std::string key;        // file of a private key
  std::string dataplane;  // socket; empty: through control
};

// Signing. Needs no server.
int run_glass_key(const Session& session, const GlassArguments& arguments);
int run_glass_request(const Session& session, const GlassArguments& arguments);
int run_glass_approve(const Session& session, const GlassArguments& arguments);
int run_glass_show(const Session& session, const GlassArguments& arguments);

// At a gateway: through control, or at the dataplane's socket while control is gone.
int run_glass_open(const Session& session, const GlassArguments& arguments);
int run_glass_close(const Session& session, const GlassArguments& arguments);

void add_glass_commands(CLI::App& app, const Session& session, std::function<int()>& command);

}  // namespace bulkhead::cli
