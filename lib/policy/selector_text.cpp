// SPDX-License-Identifier: Apache-2.0
#include "policy/selector_text.h"

namespace bulkhead::policy {
namespace {

using Kind = SelectorTerm::Kind;

std::string values_of(const SelectorTerm& term) {
  std::string out;
  for (const std::string& value : term.values) out += (out.empty() ? "" : ", ") + value;
  return term.values.size() == 1 ? out : '[' + out + ']';
}

std::string text_of(const SelectorTerm& term) {
  switch (term.kind) {
    case Kind::kIn:
      return term.key + ": " + values_of(term);
    case Kind::kNotIn:
      return "not: { " + term.key + ": " + values_of(term) + " }";
    case Kind::kExists:
      return "exists: " + term.key;
    case Kind::kName:
      return "name: " + values_of(term);
  }
  return {};
}

}  // namespace

std::string to_string(const Selector& selector) {
  if (selector.any) return "everyone";
  std::string out;
  for (const SelectorTerm& term : selector.terms)
    out += (out.empty() ? "{ " : ", ") + text_of(term);
  return out + " }";
}

}  // namespace bulkhead::policy
