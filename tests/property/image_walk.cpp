// SPDX-License-Identifier: Apache-2.0
#include "image_walk.h"

#include <algorithm>
#include <vector>

#include "match/hits.h"
#include "policy_gen.h"

namespace bulkhead::test {
namespace {

uint64_t read(std::string_view text) {
  uint64_t sum = text.size();
  for (const char c : text) sum = sum * 31 + static_cast<unsigned char>(c);
  return sum;
}

uint64_t read_names(const image::ImageView& view) {
  uint64_t sum = read(view.gateway()) + view.generation().value +
                 static_cast<uint64_t>(view.created_wall_ns());
  for (const auto& gateway : view.gateways()) sum += read(view.text(gateway.name));
  for (const auto& relationship : view.relationships()) sum += read(view.text(relationship.name));
  for (const auto& veto : view.vetoes()) sum += read(view.text(veto.name));
  for (const auto& identity : view.identities())
    sum += read(view.text(identity.name)) + read(view.text(identity.port));
  return sum;
}

uint64_t ask(const image::ImageView& view, IdentityIndex from, IdentityIndex to) {
  static constexpr uint8_t kTape[] = {1,  9,  77, 14, 3,   200, 5, 6, 31, 8,
                                      90, 12, 6,  42, 250, 17,  4, 3, 2,  1};
  uint64_t sum = view.related(from, to, 50) ? 1 : 0;
  for (const uint8_t protocol : {uint8_t{6}, uint8_t{17}, uint8_t{1}}) {
    const auto flow = view.decide_flow(from, to, protocol, 502, 50);
    sum += (flow.allowed ? 1 : 0) + flow.protocols + flow.signatures;
    sum += read(view.name_of(flow.relationship));
    for (size_t skip = 0; skip < 4; ++skip) {
      Dice dice(std::span<const uint8_t>(kTape).subspan(skip));
      OwnedOperation owned;
      random_operation(dice, owned);
      image::NoMemory none;
      const image::Parties parties{flow.pair, from, to};
      sum += view.decide_operation(parties, protocol, 502, owned.operation, 50, none).pass ? 1 : 0;
    }
  }
  return sum;
}

// Every pattern of every database matches, as the packet path would have it.
uint64_t match_all(const image::ImageView& view) {
  const image::Sections& s = view.sections();
  uint64_t sum = 0;
  for (const image::DatabaseRecord& database : s.databases) {
    const auto signatures = image::Sections::slice(s.signatures, database.signatures);
    std::vector<uint64_t> slots(database.slots);
    const std::array<match::OperationKind, 2> told = {match::OperationKind{6, 1, 1, 2},
                                                      match::OperationKind{0x21, 1, 21, 4}};
    match::Bound bound{UINT64_MAX, match::Toward::kServer, 6, UINT64_MAX, 40000, 502, told};
    match::Hits hits(s.tables_of(database), slots, bound);
    if (!s.signature_terms.empty()) sum += hits.take_without_parts() ? 1 : 0;
    for (uint32_t pattern = 0; pattern <= database.patterns.count; ++pattern)
      hits.sink().matched(hits.sink().context, pattern, pattern);
    sum += hits.all().size();
    for (const match::SignatureRecord& signature : signatures)
      sum += read(view.text({signature.message_offset, signature.message_length}));
  }
  for (const auto& set : s.signature_sets) sum += read(view.text(set.name));
  return sum;
}

}  // namespace

uint64_t walk(const image::ImageView& view) {
  uint64_t sum = read_names(view) + match_all(view);
  const auto count = static_cast<uint32_t>(std::min<size_t>(view.identities().size(), 32));
  for (uint32_t a = 0; a < count; ++a) {
    sum += view.identity_by_ip(view.identity(IdentityIndex(a)).ip).value;
    for (uint32_t b = 0; b < count; ++b) sum += ask(view, IdentityIndex(a), IdentityIndex(b));
  }
  return sum;
}

}  // namespace bulkhead::test
