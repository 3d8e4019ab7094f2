// SPDX-License-Identifier: Apache-2.0
#include "wire/apps/mms/contexts.h"

#include <algorithm>

namespace bulkhead::wire::mms {
namespace {

using ber::Element;
using ber::Reader;

constexpr std::array<uint8_t, 4> kAcse = {0x52, 0x01, 0x00, 0x01};               // 2.2.1.0.1
constexpr std::array<uint8_t, 5> kMms = {0x28, 0xca, 0x22, 0x02, 0x01};          // 1.0.9506.2.1
constexpr std::array<uint8_t, 5> kMmsVersion3 = {0x28, 0xca, 0x22, 0x02, 0x03};  // 1.0.9506.2.3
constexpr std::array<uint8_t, 2> kBer = {0x51, 0x01};                            // 2.1.1

Syntax syntax_named(std::span<const uint8_t> oid) noexcept {
  if (std::ranges::equal(oid, kAcse)) return Syntax::kAcse;
  if (std::ranges::equal(oid, kMms) || std::ranges::equal(oid, kMmsVersion3)) return Syntax::kMms;
  return Syntax::kOther;
}

}  // namespace

void Contexts::add(Reader definition, Reader& list) noexcept {
  Element id, abstract, transfers;
  definition.want(ber::Class::kUniversal, ber::kInteger, id);
  definition.want(ber::Class::kUniversal, ber::kOid, abstract);
  if (!definition.want(ber::Class::kUniversal, ber::kSequence, transfers)) return;
  const auto number = ber::unsigned_of(id.content);
  if (!number || syntax_of(*number) != Syntax::kUndefined)
    return list.fail(FaultKind::kBadValue, id.at);
  bool in_ber = false;
  Reader syntaxes = list.inside(transfers);
  for (Element oid; syntaxes.next(oid);) in_ber = in_ber || std::ranges::equal(oid.content, kBer);
  contexts_[count_++] = {*number, in_ber ? syntax_named(abstract.content) : Syntax::kOther};
}

void Contexts::propose(Reader list) noexcept {
  begin();
  for (Element definition; list.next(definition);) {
    if (count_ == kMost) return list.fail(FaultKind::kTooMany, definition.at);
    add(list.inside(definition), list);
  }
}

void Contexts::accept(Reader results) noexcept {
  constexpr uint32_t kResult = 0, kTransfer = 1;
  if (!seen_) return;
  size_t i = 0;
  for (Element result; results.next(result); ++i) {
    if (i == count_) return results.fail(FaultKind::kBadCount, result.at);
    Reader parts = results.inside(result);
    Element part;
    if (!parts.want(ber::Class::kContext, kResult, part)) return;
    const bool accepted = ber::unsigned_of(part.content) == 0;
    const bool in_ber = !parts.next_if(ber::Class::kContext, kTransfer, part) ||
                        std::ranges::equal(part.content, kBer);
    if (!accepted) contexts_[i].syntax = Syntax::kRefused;
    if (accepted && !in_ber) contexts_[i].syntax = Syntax::kOther;
  }
  if (i != count_) results.fail(FaultKind::kBadCount, results.at());
}

Syntax Contexts::syntax_of(uint64_t id) const noexcept {
  if (!seen_) return Syntax::kUnseen;
  const auto known = std::span(contexts_).first(count_);
  const auto found = std::ranges::find(known, id, &Context::id);
  return found == known.end() ? Syntax::kUndefined : found->syntax;
}

}  // namespace bulkhead::wire::mms
