// SPDX-License-Identifier: Apache-2.0
// Sets of content signatures: { name: ics, for: { vendor: acme }, rules: | ... }.
#include <algorithm>

#include "match/rule_parser.h"
#include "policy/yaml_read.h"

namespace bulkhead::policy {

SignatureSet read_signatures(config::MapReader& map) {
  SignatureSet out;
  out.place = place_of(map.node(), map.problems());
  out.name = map.required_string("name");
  if (const config::Node* whom = map.optional("for"))
    out.for_whom = read_selector(*whom, map.object("for"), map.problems());
  map.refuse("file", "control sees no files but the policy: put the rules under `rules: |`");
  const config::Node* node = map.required("rules");
  if (node != nullptr && node->kind != config::Node::Kind::kScalar)
    map.error("rules", "must be a text of rules, one a line: write `rules: |`");
  const std::string text = node == nullptr ? std::string() : node->text;  // of several lines
  match::ParsedRules parsed = match::parse_rules(text);
  for (const match::RuleProblem& problem : parsed.problems) map.error("rules", to_string(problem));
  if (parsed.ok() && parsed.signatures.empty() && !text.empty())
    map.error("rules", "there is no rule in it");
  out.signatures = std::move(parsed.signatures);
  // The order of rules never matters.
  std::ranges::sort(out.signatures, {}, &match::Signature::sid);
  map.finish();
  return out;
}

}  // namespace bulkhead::policy
