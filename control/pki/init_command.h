// SPDX-License-Identifier: Apache-2.0
// `bulkhead init`: the owner's PKI, a gateway's credentials and both start-up files, ready to run.
// Works on files only; asks no server.
#pragma once

#include <ctime>
#include <string>
#include <vector>

#include "base/result.h"
#include "pki/init_options.h"

namespace CLI {
class App;
}

namespace bulkhead::pki {

struct InitReport {
  std::vector<std::string> made;   // "path  what it is"
  std::vector<std::string> notes;  // what the operator must know or do
  std::vector<std::string> next;   // commands
};

// All or, on error, possibly some of the files; never overwrites without options.force.
Result<InitReport> init(const InitOptions& options, std::time_t now);

// init() with its report on stdout, errors on stderr. Returns the process's exit status.
int run_init(const InitOptions& options);

// Adds the sub-command. When parsed it runs and stores the exit status in `status`, which must
// outlive the parsing.
void add_init_command(CLI::App& app, int& status);

}  // namespace bulkhead::pki
