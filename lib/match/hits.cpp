// SPDX-License-Identifier: Apache-2.0
#include "match/hits.h"

#include <algorithm>

#include "match/ranges.h"
#include "wire/apps/vocabulary.h"

namespace bulkhead::match {

namespace {

using Ranges = std::span<const SignatureRange>;

bool passes(Ranges ports, uint16_t port) noexcept {
  return ports.empty() || holds(ports, port);
}

bool ports_fit(const SignatureTermRecord& term, Ranges ranges, const Bound& bound) noexcept {
  const Ranges from = ranges.subspan(term.first_range, term.source_ports);
  const Ranges to = ranges.subspan(term.first_range + term.source_ports, term.destination_ports);
  return (passes(from, bound.source_port) && passes(to, bound.destination_port)) ||
         (term.either_way != 0 && passes(from, bound.destination_port) &&
          passes(to, bound.source_port));
}

bool names(const SignatureTermRecord& term, Ranges codes, wire::App app, uint8_t cls,
           uint32_t code) noexcept {
  if (term.app != 0 && term.app != static_cast<uint8_t>(app)) return false;
  return (term.cls != 0 && term.cls == cls) || holds(codes, code);
}

}  // namespace

// What lies in another protocol's operation is that one, too.
bool is_about(const SignatureTables& tables, size_t signature, const OperationKind& kind) noexcept {
  const SignatureTermRecord& term = tables.terms[signature];
  const bool to_client =
      tables.signatures[signature].toward == static_cast<uint8_t>(Toward::kClient);
  if (kind.answer && !to_client) return false;
  const Ranges codes = tables.ranges.subspan(
      size_t{term.first_range} + term.source_ports + term.destination_ports, term.codes);
  const auto app = static_cast<wire::App>(kind.app);
  if (names(term, codes, app, kind.cls, kind.code)) return true;
  const wire::Envelope outer = wire::envelope_of(app);
  return outer.app != wire::App::kNone &&
         names(term, codes, outer.app, static_cast<uint8_t>(outer.cls), outer.code);
}

bool Hits::applies(size_t index) const noexcept {
  const SignatureRecord& signature = tables_.signatures[index];
  const bool either = signature.toward == static_cast<uint8_t>(Toward::kEither);
  const bool flow = (bound_.sets >> signature.set & 1) != 0 &&
                    signature.protocol == bound_.protocol &&
                    (either || signature.toward == static_cast<uint8_t>(bound_.toward));
  if (!flow) return false;
  if (tables_.terms.empty()) return true;
  const SignatureTermRecord& term = tables_.terms[index];
  if (!ports_fit(term, tables_.ranges, bound_)) return false;
  return !term.about_operations() || bound_.told_more ||
         std::ranges::any_of(bound_.told, [&](const OperationKind& kind) {
           return is_about(tables_, index, kind);
         });
}

bool Hits::take_without_parts() noexcept {
  bool others = false;
  for (size_t i = 0; i < tables_.signatures.size(); ++i) {
    if (!applies(i)) continue;
    if (tables_.signatures[i].patterns == 0)
      hit(static_cast<uint32_t>(i));
    else
      others = true;
  }
  return others;
}

// A slot holds one more than where its part ended last; 0: it has not matched.
bool Hits::whole(const SignatureRecord& signature, uint32_t pattern, uint64_t end) noexcept {
  if (signature.first_slot == kNoSlot) return true;
  const auto parts = slots_.subspan(signature.first_slot, signature.patterns);
  parts[pattern - signature.first_pattern] = end + 1;
  const auto [first, last] = std::minmax_element(parts.begin(), parts.end());
  return *first != 0 && *last - *first <= bound_.within;
}

void Hits::hit(uint32_t index) noexcept {
  if (std::find(all_.begin(), all_.end(), index) == all_.end()) (void)all_.push_back(index);
  const bool stronger = strongest_ == kNoSlot ||
                        tables_.signatures[index].action > tables_.signatures[strongest_].action;
  if (stronger) strongest_ = index;
}

void Hits::matched(uint32_t pattern, uint64_t end) noexcept {
  if (pattern >= tables_.signature_of.size()) return;  // of a database with other tables
  const uint32_t index = tables_.signature_of[pattern];
  if (applies(index) && whole(tables_.signatures[index], pattern, end)) hit(index);
}

}  // namespace bulkhead::match
