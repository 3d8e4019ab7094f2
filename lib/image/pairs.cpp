// SPDX-License-Identifier: Apache-2.0
#include "image/pairs.h"

#include <algorithm>
#include <iterator>

#include "image/layout.h"

namespace bulkhead::image {
namespace {

Error exhausted(const std::string& sentence) {
  return {ErrorCode::kExhausted, sentence};
}

// Every (destination class, relationship) of each source class, ascending: destination in the high
// half of the word.
class Entries {
 public:
  Entries(const PairRules& rules, const Classes& classes) : starts_(classes.count() + 1) {
    for_each(rules, classes, [&](uint32_t source, std::span<const uint32_t> to, uint32_t) {
      starts_[source + 1] += to.size();
    });
    for (size_t i = 1; i < starts_.size(); ++i) starts_[i] += starts_[i - 1];
    words_.resize(starts_.back());
    std::vector<size_t> at(starts_.begin(), starts_.end() - 1);
    for_each(rules, classes, [&](uint32_t source, std::span<const uint32_t> to, uint32_t i) {
      for (const uint64_t destination : to) words_[at[source]++] = destination << 32 | i;
    });
    for (size_t i = 0; i + 1 < starts_.size(); ++i)
      std::sort(words_.begin() + static_cast<std::ptrdiff_t>(starts_[i]),
                words_.begin() + static_cast<std::ptrdiff_t>(starts_[i + 1]));
  }

  [[nodiscard]] std::span<const uint64_t> of(uint32_t source) const {
    return std::span(words_).subspan(starts_[source], starts_[source + 1] - starts_[source]);
  }

 private:
  template <typename Visit>
  static void for_each(const PairRules& rules, const Classes& classes, Visit&& visit) {
    for (uint32_t i = 0; i < rules.relationships.size(); ++i) {
      const auto to = classes.matching(rules.relationships[i].to);
      for (const uint32_t source : classes.matching(rules.relationships[i].from))
        visit(source, to, i);
    }
  }

  std::vector<size_t> starts_;  // by source class, and the end
  std::vector<uint64_t> words_;
};

Status few_enough(const PairRules& rules, const Classes& classes) {
  size_t sum = 0;
  for (const Sides& sides : rules.relationships) {
    const size_t from = classes.matching(sides.from).size(), to = classes.matching(sides.to).size();
    if (from * to > kMaxPairEntries - sum)
      return exhausted("the relationships join more than " + std::to_string(kMaxPairEntries) +
                       " pairs of identity classes (reached at '" + *sides.name +
                       "': " + std::to_string(from) + " x " + std::to_string(to) +
                       "): use narrower selectors");
    sum += from * to;
  }
  sum = 0;
  for (const Sides& sides : rules.vetoes) {
    for (const uint32_t side : {sides.from, sides.to})
      sum += side == kEveryone ? 0 : classes.matching(side).size();
    if (sum > kMaxPairEntries)
      return exhausted("the vetoes name more than " + std::to_string(kMaxPairEntries) +
                       " identity classes (reached at '" + *sides.name +
                       "'): use fewer and broader ones, or leave a side open");
  }
  return {};
}

// Vetoes by class, split by whether the other side is left open, so that `from` everyone costs
// nothing per class.
class VetoIndex {
 public:
  VetoIndex(const PairRules& rules, const Classes& classes)
      : from_any_to_(classes.count()),
        from_some_to_(classes.count()),
        to_any_from_(classes.count()),
        to_some_from_(classes.count()) {
    for (uint32_t i = 0; i < rules.vetoes.size(); ++i) {
      const Sides& sides = rules.vetoes[i];
      const bool from_any = sides.from == kEveryone, to_any = sides.to == kEveryone;
      if (from_any && to_any) everywhere_.push_back(i);
      if (!from_any) note(to_any ? from_any_to_ : from_some_to_, classes.matching(sides.from), i);
      if (!to_any) note(from_any ? to_any_from_ : to_some_from_, classes.matching(sides.to), i);
    }
  }

  void of(uint32_t source, uint32_t destination, std::vector<uint32_t>& out) const {
    out = everywhere_;
    const auto& from = from_any_to_[source];
    const auto& to = to_any_from_[destination];
    out.insert(out.end(), from.begin(), from.end());
    out.insert(out.end(), to.begin(), to.end());
    std::set_intersection(from_some_to_[source].begin(), from_some_to_[source].end(),
                          to_some_from_[destination].begin(), to_some_from_[destination].end(),
                          std::back_inserter(out));
    if (out.size() > 1) std::sort(out.begin(), out.end());
  }

 private:
  using Lists = std::vector<std::vector<uint32_t>>;
  static void note(Lists& lists, std::span<const uint32_t> classes, uint32_t veto) {
    for (const uint32_t cls : classes) lists[cls].push_back(veto);
  }

  Lists from_any_to_, from_some_to_;  // by source class
  Lists to_any_from_, to_some_from_;  // by destination class
  std::vector<uint32_t> everywhere_;
};

Status within_limits(const Pair& pair, const PairRules& rules) {
  if (pair.relationships.size() > kMaxRelationshipsPerPair)
    return exhausted("more than " + std::to_string(kMaxRelationshipsPerPair) +
                     " relationships join the same two identities (one of them is '" +
                     *rules.relationships[pair.relationships.front()].name + "')");
  if (pair.vetoes.size() > kMaxVetoesPerPair)
    return exhausted("more than " + std::to_string(kMaxVetoesPerPair) +
                     " vetoes concern the same two identities (one of them is '" +
                     *rules.vetoes[pair.vetoes.front()].name + "')");
  return {};
}

}  // namespace

Status for_each_pair(const PairRules& rules, const Classes& classes,
                     const std::function<void(const Pair&)>& visit) {
  if (auto status = few_enough(rules, classes); !status) return status;
  const Entries entries(rules, classes);
  const VetoIndex vetoes(rules, classes);
  std::vector<uint32_t> relationships, forbidding;
  for (uint32_t source = 0; source < classes.count(); ++source) {
    const auto words = entries.of(source);
    for (size_t at = 0; at < words.size();) {
      const auto destination = static_cast<uint32_t>(words[at] >> 32);
      relationships.clear();
      for (; at < words.size() && words[at] >> 32 == destination; ++at)
        relationships.push_back(static_cast<uint32_t>(words[at]));
      vetoes.of(source, destination, forbidding);
      const Pair pair{source, destination, relationships, forbidding};
      if (auto status = within_limits(pair, rules); !status) return status;
      visit(pair);
    }
  }
  return {};
}

}  // namespace bulkhead::image
