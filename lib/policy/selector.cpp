// SPDX-License-Identifier: Apache-2.0
#include "policy/selector.h"

#include <algorithm>
#include <numeric>

#include "policy/reference.h"

namespace bulkhead::policy {
namespace {

using Kind = SelectorTerm::Kind;

std::string label_key(const std::string& key, const std::string& value) {
  return key + '\0' + value;
}

bool holds(const SelectorTerm& term, const Identity& identity) {
  const auto has = [&](const std::string& value) {
    return std::find(term.values.begin(), term.values.end(), value) != term.values.end();
  };
  if (term.kind == Kind::kName) return has(identity.name);
  const auto label = identity.labels.find(term.key);
  const bool exists = label != identity.labels.end();
  if (term.kind == Kind::kExists) return exists;
  if (term.kind == Kind::kIn) return exists && has(label->second);
  return !exists || !has(label->second);
}

void append(std::string& out, const std::string& text) {
  out += std::to_string(text.size()) + ':' + text;  // lengths: no text can imitate a separator
}

std::string term_text(const SelectorTerm& term) {
  std::vector<std::string> values = term.values;
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
  std::string out(1, static_cast<char>('0' + static_cast<int>(term.kind)));
  append(out, term.kind == Kind::kName ? std::string() : term.key);
  for (const auto& value : values) append(out, value);
  return out;
}

}  // namespace

bool matches(const Selector& selector, const Identity& identity) {
  if (selector.terms.empty()) return selector.any;
  return std::all_of(selector.terms.begin(), selector.terms.end(),
                     [&](const SelectorTerm& term) { return holds(term, identity); });
}

std::string canonical_text(const Selector& selector) {
  if (selector.terms.empty()) return selector.any ? "any" : "none";
  std::vector<std::string> terms;
  for (const auto& term : selector.terms) terms.push_back(term_text(term));
  std::sort(terms.begin(), terms.end());
  terms.erase(std::unique(terms.begin(), terms.end()), terms.end());
  std::string out;
  for (const auto& term : terms) append(out, term);
  return out;
}

SelectorIndex::SelectorIndex(const std::vector<Identity>& identities) : identities_(identities) {
  for (uint32_t i = 0; i < identities.size(); ++i) {
    by_name_[identities[i].name].push_back(i);
    for (const auto& [key, value] : identities[i].labels) {
      by_key_[key].push_back(i);
      by_label_[label_key(key, value)].push_back(i);
    }
  }
}

SelectorIndex::Positions SelectorIndex::candidates(const SelectorTerm& term) const {
  Positions out;
  const auto add = [&](const auto& index, const std::string& key) {
    if (const auto found = index.find(key); found != index.end())
      out.insert(out.end(), found->second.begin(), found->second.end());
  };
  if (term.kind == Kind::kExists) add(by_key_, term.key);
  for (const auto& value : term.values) {
    if (term.kind == Kind::kName) add(by_name_, value);
    if (term.kind == Kind::kIn) add(by_label_, label_key(term.key, value));
  }
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

size_t SelectorIndex::cost(const SelectorTerm& term) const {
  if (term.kind == Kind::kNotIn) return identities_.size();
  const auto size = [](const auto& index, const std::string& key) {
    const auto found = index.find(key);
    return found == index.end() ? size_t{0} : found->second.size();
  };
  if (term.kind == Kind::kExists) return size(by_key_, term.key);
  size_t sum = 0;
  for (const auto& value : term.values)
    sum += term.kind == Kind::kName ? size(by_name_, value)
                                    : size(by_label_, label_key(term.key, value));
  return sum;
}

std::vector<uint32_t> SelectorIndex::resolve(const Selector& selector) const {
  const auto cheapest = std::min_element(
      selector.terms.begin(), selector.terms.end(),
      [this](const SelectorTerm& a, const SelectorTerm& b) { return cost(a) < cost(b); });
  Positions out;
  if (cheapest != selector.terms.end() && cheapest->kind != Kind::kNotIn) {
    out = candidates(*cheapest);
  } else {
    out.resize(identities_.size());
    std::iota(out.begin(), out.end(), 0u);
  }
  std::erase_if(out, [&](uint32_t i) { return !matches(selector, identities_[i]); });
  return out;
}

}  // namespace bulkhead::policy
