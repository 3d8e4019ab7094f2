// SPDX-License-Identifier: Apache-2.0
#include "wire/apps/mms/names.h"

#include <algorithm>

namespace bulkhead::wire::mms {
namespace {

using ber::Element;
using ber::Reader;

enum Scope : uint32_t { kVmd = 0, kDomain = 1, kAssociation = 2 };

bool is_control(uint8_t character) noexcept {
  return character < 0x20 || character == 0x7f;
}

}  // namespace

std::string_view text_of(const Element& element, Reader& in) noexcept {
  const auto text = element.content;
  if (element.constructed) in.fail(FaultKind::kBadEncoding, element.at);
  if (text.empty() || std::ranges::any_of(text, is_control))
    in.fail(FaultKind::kBadValue, element.at);
  if (!in.ok()) return {};
  return {reinterpret_cast<const char*>(text.data()), text.size()};
}

void take_identifier(const Element& element, Reader& in, As as, Operation& out) noexcept {
  const std::string_view name = text_of(element, in);
  if (in.ok()) out.add_point({.type = as.type, .access = as.access, .name = name});
}

void take_object(Reader& in, As as, Operation& out) noexcept {
  Element name;
  if (!in.want(name)) return;
  if (name.primitive(kVmd) || name.primitive(kAssociation))
    return take_identifier(name, in, as, out);
  if (!name.holds(kDomain)) return in.fail(FaultKind::kBadType, name.at);
  Reader parts = in.inside(name);
  Element domain, item;
  parts.want(ber::Class::kUniversal, ber::kVisibleString, domain);
  parts.want(ber::Class::kUniversal, ber::kVisibleString, item);
  parts.end();
  if (!in.ok()) return;
  const std::string_view scope = text_of(domain, in), text = text_of(item, in);
  if (in.ok()) out.add_point({.type = as.type, .access = as.access, .name = text, .scope = scope});
}

void take_file(Reader in, OperationClass access, Operation& out) noexcept {
  Element part;
  if (!in.want(ber::Class::kUniversal, ber::kGraphicString, part)) return;
  take_identifier(part, in, {PointType::kMmsFile, access}, out);
  while (in.next(part)) {
    (void)text_of(part, in);
    if (!part.is(ber::Class::kUniversal, ber::kGraphicString))
      in.fail(FaultKind::kBadType, part.at);
    out.clipped = true;
  }
}

}  // namespace bulkhead::wire::mms
