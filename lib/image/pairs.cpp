// SPDX-License-Identifier: Apache-2.0
#include "image/pairs.h"

#include <algorithm>
#include <iterator>

#include "image/layout.h"

namespace bulkhead::image {
namespace {

struct Entry {
  uint64_t pair = 0;  // source class << 32 | destination class
  uint32_t relationship = 0;
};

Error exhausted(const std::string& sentence) {
  return {ErrorCode::kExhausted, sentence};
}

Result<std::vector<Entry>> entries_of(const policy::Policy& policy, const Classes& classes) {
  std::vector<Entry> out;
  for (uint32_t i = 0; i < policy.relationships.size(); ++i) {
    const auto& relationship = policy.relationships[i];
    const auto& from = classes.matching(relationship.from);
    const auto& to = classes.matching(relationship.to);
    if (from.size() * to.size() > kMaxPairEntries - out.size())
      return exhausted("the relationships join more than " + std::to_string(kMaxPairEntries) +
                       " pairs of identity classes (reached at '" + relationship.name +
                       "': " + std::to_string(from.size()) + " x " + std::to_string(to.size()) +
                       "): use narrower selectors");
    for (const uint64_t source : from) {
      for (const uint64_t destination : to) out.push_back({source << 32 | destination, i});
    }
  }
  std::sort(out.begin(), out.end(), [](const Entry& a, const Entry& b) {
    return a.pair != b.pair ? a.pair < b.pair : a.relationship < b.relationship;
  });
  return out;
}

// Vetoes by class, split by whether the other side is left open, so that `from` everyone costs
// nothing per class.
struct VetoIndex {
  using Lists = std::vector<std::vector<uint32_t>>;
  Lists from_any_to, from_some_to;  // by source class
  Lists to_any_from, to_some_from;  // by destination class
  std::vector<uint32_t> everywhere;

  VetoIndex(const policy::Policy& policy, const Classes& classes)
      : from_any_to(classes.count()),
        from_some_to(classes.count()),
        to_any_from(classes.count()),
        to_some_from(classes.count()) {
    for (uint32_t i = 0; i < policy.vetoes.size(); ++i) {
      const auto& veto = policy.vetoes[i];
      if (veto.from.any && veto.to.any) everywhere.push_back(i);
      if (!veto.from.any)
        note(veto.to.any ? from_any_to : from_some_to, classes.matching(veto.from), i);
      if (!veto.to.any)
        note(veto.from.any ? to_any_from : to_some_from, classes.matching(veto.to), i);
    }
  }

  [[nodiscard]] std::vector<uint32_t> of(uint32_t source, uint32_t destination) const {
    std::vector<uint32_t> out = everywhere;
    const auto& from = from_any_to[source];
    const auto& to = to_any_from[destination];
    out.insert(out.end(), from.begin(), from.end());
    out.insert(out.end(), to.begin(), to.end());
    std::set_intersection(from_some_to[source].begin(), from_some_to[source].end(),
                          to_some_from[destination].begin(), to_some_from[destination].end(),
                          std::back_inserter(out));
    std::sort(out.begin(), out.end());
    return out;
  }

 private:
  static void note(Lists& lists, const std::vector<uint32_t>& classes, uint32_t veto) {
    for (const uint32_t cls : classes) lists[cls].push_back(veto);
  }
};

Status within_limits(const Pair& pair, const policy::Policy& policy) {
  if (pair.relationships.size() > kMaxRelationshipsPerPair)
    return exhausted("more than " + std::to_string(kMaxRelationshipsPerPair) +
                     " relationships join the same two identities (one of them is '" +
                     policy.relationships[pair.relationships.front()].name + "')");
  if (pair.vetoes.size() > kMaxVetoesPerPair)
    return exhausted("more than " + std::to_string(kMaxVetoesPerPair) +
                     " vetoes concern the same two identities (one of them is '" +
                     policy.vetoes[pair.vetoes.front()].name + "')");
  return {};
}

}  // namespace

Result<std::vector<Pair>> make_pairs(const policy::Policy& policy, const Classes& classes) {
  auto entries = entries_of(policy, classes);
  if (!entries) return std::move(entries).error();
  const VetoIndex vetoes(policy, classes);
  std::vector<Pair> out;
  for (auto at = entries->begin(); at != entries->end();) {
    Pair pair;
    const uint64_t key = at->pair;
    pair.source_class = static_cast<uint32_t>(key >> 32);
    pair.destination_class = static_cast<uint32_t>(key);
    for (; at != entries->end() && at->pair == key; ++at)
      pair.relationships.push_back(at->relationship);
    pair.vetoes = vetoes.of(pair.source_class, pair.destination_class);
    if (auto status = within_limits(pair, policy); !status) return status.error();
    out.push_back(std::move(pair));
  }
  return out;
}

}  // namespace bulkhead::image
