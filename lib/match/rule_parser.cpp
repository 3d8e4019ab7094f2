// SPDX-License-Identifier: Apache-2.0
// A rule's header and the list of its options; what an option means is in rule_keywords.cpp.
#include "match/rule_parser.h"

#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <utility>

#include "match/rule_keywords.h"
#include "match/rule_ports.h"
#include "wire/protocol_numbers.h"

namespace bulkhead::match {
namespace {

struct ActionWord {
  std::string_view word;
  Action action;
};
constexpr std::array kActions = {ActionWord{"alert", Action::kAlert},
                                 ActionWord{"drop", Action::kDrop},
                                 ActionWord{"reject", Action::kReject}};

struct ProtocolWord {
  std::string_view word;
  uint8_t protocol;
};
constexpr std::array kProtocols = {ProtocolWord{"tcp", wire::ip_protocol::kTcp},
                                   ProtocolWord{"udp", wire::ip_protocol::kUdp}};

template <typename Rows>
auto find_word(const Rows& rows, std::string_view word) {
  return std::ranges::find_if(rows, [&](const auto& row) { return row.word == word; });
}

bool read_action(RuleText& text, Signature& out) {
  const auto place = text.place();
  const std::string word(text.word("("));
  const auto row = find_word(kActions, word);
  if (row == kActions.end())
    return text.wrong(place, "action '" + word + "' is not supported: alert, drop or reject");
  out.action = row->action;
  return true;
}

bool read_protocol(RuleText& text, Signature& out) {
  text.skip_blanks();
  const auto place = text.place();
  const std::string word(text.word("("));
  const auto row = find_word(kProtocols, word);
  if (row == kProtocols.end())
    return text.wrong(place, "protocol '" + word + "' is not supported: tcp or udp");
  out.protocol = row->protocol;
  return true;
}

bool read_direction(RuleText& text, Signature& out) {
  text.skip_blanks();
  const auto place = text.place();
  const std::string arrow(text.word("("));
  out.either_way = arrow == "<>";
  return arrow == "->" || out.either_way ||
         text.wrong(place, "direction '" + arrow + "' is not supported: write -> or <>");
}

bool read_header(RuleText& text, Signature& out) {
  return read_action(text, out) && read_protocol(text, out) && read_address(text) &&
         read_ports(text, out.source_ports) && read_direction(text, out) && read_address(text) &&
         read_ports(text, out.destination_ports) && text.expect('(', "before the options");
}

// `name;` or `name: value;`
bool read_option(RuleText& text, RuleDraft& draft) {
  RuleOption option;
  option.place = text.place();
  option.name = text.word(":;()");
  if (option.name.empty()) return text.wrong("expected an option or ')'");
  text.skip_blanks();
  if (text.peek() == ':') {
    text.take();
    text.skip_blanks();
    option.value_place = text.place();
    option.has_value = true;
  }
  if (!text.value(option.value))
    return text.wrong(option.place,
                      "option '" + std::string(option.name) + "' has no ';' in its line");
  text.take();
  if (!option.has_value && !option.value.empty())
    return text.wrong(option.place, "expected ':' or ';' after '" + std::string(option.name) + "'");
  return take_option(option, text, draft);
}

bool read_options(RuleText& text, RuleDraft& draft) {
  for (;;) {
    text.skip_blanks();
    if (text.at_end() || text.peek() == '\n') return text.wrong("the rule has no ')' at its end");
    if (text.peek() == ')') break;
    if (!read_option(text, draft)) return false;
  }
  text.take();
  text.skip_blanks();
  return text.at_end() || text.peek() == '\n' || text.peek() == '#' ||
         text.wrong("something follows the rule's ')'");
}

bool read_rule(RuleText& text, Signature& out) {
  const auto place = text.place();
  RuleDraft draft;
  draft.signature.line = place.line;
  if (!read_header(text, draft.signature) || !read_options(text, draft)) return false;
  if (!finish_rule(place, text, draft)) return false;
  out = std::move(draft.signature);
  return true;
}

}  // namespace

ParsedRules parse_rules(std::string_view input) {
  ParsedRules out;
  RuleText text(input, out.problems);
  if (input.size() > kMaxRuleTextBytes) {
    text.wrong("the rules are longer than " + std::to_string(kMaxRuleTextBytes) + " bytes");
    return out;
  }
  std::set<uint32_t> sids;
  for (text.skip_to_rule(); !text.at_end(); text.skip_to_rule()) {
    const auto place = text.place();
    Signature signature;
    const bool read = read_rule(text, signature);
    text.skip_rule();
    if (!read && out.problems.size() == RuleText::kMaxProblems) return out;
    if (!read) continue;
    if (!sids.insert(signature.sid).second)
      text.wrong(place, "sid " + std::to_string(signature.sid) + " is there twice");
    if (out.signatures.size() == kMaxSignatures) {
      text.wrong(place, "more than " + std::to_string(kMaxSignatures) + " rules");
      return out;
    }
    out.signatures.push_back(std::move(signature));
  }
  return out;
}

}  // namespace bulkhead::match
