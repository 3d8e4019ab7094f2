// SPDX-License-Identifier: Apache-2.0
#include "cli/completion.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <iostream>
#include <vector>

#include "cli/output.h"

namespace bulkhead::cli {
namespace {

// $1: the words before the one that is being completed lead to a command, whose name with its
// parents' is `path`; options that take a value are passed over together with it.
constexpr const char* kBegin = R"(# bash completion of bulkhead, made by `bulkhead completion bash`.
_bulkhead() {
  local cur=${COMP_WORDS[COMP_CWORD]} path= word words values i
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=${COMP_WORDS[i]}
    _bulkhead_words "$path"
    if [[ $word == -* ]]; then
      [[ " $values " == *" $word "* ]] && ((i++))
    elif [[ " $words " == *" $word "* ]]; then
      path="$path $word"
    fi
  done
  COMPREPLY=()
  _bulkhead_words "$path"
  # The value of an option, which is a file as far as we know.
  ((i > COMP_CWORD)) && return
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
}
# _bulkhead_words PATH: sets `words`, what may follow, and `values`, options that take a value.
_bulkhead_words() {
  case $1 in
)";
constexpr const char* kEnd = R"(    *) words= values= ;;
  esac
}
complete -o bashdefault -o default -F _bulkhead bulkhead
)";

std::string joined(const std::vector<std::string>& words) {
  return fmt::format("{}", fmt::join(words, " "));
}

struct Words {
  std::vector<std::string> all;     // sub-commands and options
  std::vector<std::string> values;  // of them the options that take one
};

void add_options(const CLI::App& app, Words& words) {
  for (const CLI::Option* option : app.get_options())
    for (const std::string& name : option->get_lnames()) {
      words.all.push_back("--" + name);
      if (option->get_items_expected_max() > 0) words.values.push_back("--" + name);
    }
}

void write(const CLI::App& app, const CLI::App& top, const std::string& path, std::string& out) {
  Words words;
  std::vector<const CLI::App*> commands = app.get_subcommands([](const CLI::App*) { return true; });
  for (const CLI::App* command : commands) words.all.push_back(command->get_name());
  add_options(app, words);
  if (&app != &top) add_options(top, words);  // global options may stand after the command
  out += fmt::format("    '{}') words='{}' values='{}' ;;\n", path, joined(words.all),
                     joined(words.values));
  for (const CLI::App* command : commands)
    write(*command, top, path + " " + command->get_name(), out);
}

}  // namespace

std::string bash_completion(const CLI::App& app) {
  std::string out = kBegin;
  write(app, app, "", out);
  return out + kEnd;
}

void add_completion_command(CLI::App& app, std::function<int()>& command) {
  auto* completion = app.add_subcommand("completion", "Prints a completion script for a shell");
  completion->require_subcommand(1);
  completion
      ->add_subcommand("bash",
                       "For ~/.local/share/bash-completion/completions/bulkhead; zsh reads it "
                       "after bashcompinit")
      ->callback([&] {
        command = [&] {
          std::cout << bash_completion(app);
          return kOk;
        };
      });
}

}  // namespace bulkhead::cli
