// SPDX-License-Identifier: Apache-2.0
// `bulkhead completion bash`: a completion script, made of the commands and options that there are.
#pragma once

#include <functional>
#include <string>

namespace CLI {
class App;
}

namespace bulkhead::cli {

// Sub-commands, options and, after an option with a value or where a command takes a file, names of
// files. Of all that `app` has when this is called.
std::string bash_completion(const CLI::App& app);

// Adds `completion`; as add_pki_commands() (pki_commands.h).
void add_completion_command(CLI::App& app, std::function<int()>& command);

}  // namespace bulkhead::cli
