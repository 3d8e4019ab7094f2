// SPDX-License-Identifier: Apache-2.0
#include "wire/apps/cip/points.h"

#include <algorithm>
#include <array>

#include "wire/apps/cip/values.h"

namespace bulkhead::wire::cip {
namespace {

using Class = OperationClass;
using Encoding = ValueView::Encoding;

constexpr uint64_t kEveryInstance = 0xffff'ffff;

// What stands in the data of a request.
enum class Body : uint8_t {
  kBytes,
  kAttributes,   // count, attributes
  kCount,        // elements
  kCountAt,      // elements, offset in bytes
  kElements,     // type, elements, data
  kElementsAt,   // type, elements, offset in bytes, data
  kMasks,        // size, masks
  kInstancesUp,  // lists from an instance on
};
struct Row {
  uint32_t code = 0;
  Body body = Body::kBytes;
};
constexpr std::array kBodies = {
    Row{service::kGetAttributeList, Body::kAttributes},
    Row{code_in(kSymbol, service::kReadTag), Body::kCount},
    Row{code_in(kSymbol, service::kReadTagFragmented), Body::kCountAt},
    Row{code_in(kSymbol, service::kWriteTag), Body::kElements},
    Row{code_in(kSymbol, service::kWriteTagFragmented), Body::kElementsAt},
    Row{code_in(kSymbol, service::kModifyTag), Body::kMasks},
    Row{code_in(kSymbol, service::kListTags), Body::kInstancesUp},
};

Body body_of(uint32_t code) noexcept {
  const auto* const row = std::ranges::find(kBodies, code, &Row::code);
  return row == kBodies.end() ? Body::kBytes : row->body;
}

// What is done to a class is done to whatever is of it.
bool reaches_all(Class cls) noexcept {
  return cls == Class::kControl || cls == Class::kProgram || cls == Class::kFirmware ||
         cls == Class::kUnspecified;
}

class PointAdder {
 public:
  PointAdder(const Request& request, const TagText& text, Reader& data, Operation& out) noexcept
      : request_(request), text_(text), data_(data), out_(out), body_(body_of(out.code)) {}

  void all() noexcept {
    out_.clipped |= request_.path.odd;
    const uint32_t elements = count();
    if (body_ == Body::kAttributes) {
      attributes();
    } else {
      for (const ObjectRef& object : request_.path.objects) add_object(object);
    }
    for (const uint32_t point : request_.path.connection_points)
      out_.add_point(
          {.type = PointType::kCipAssembly, .access = out_.cls, .first = point, .last = point});
    if (!text_.empty()) tag(elements);
    carried(elements);
  }

 private:
  // Elements that the request is about; data is left at the values.
  uint32_t count() noexcept {
    switch (body_) {
      case Body::kCount:
        return data_.le16();
      case Body::kCountAt: {
        const uint32_t elements = data_.le16();
        data_.skip(4);
        return elements;
      }
      case Body::kElements:
        type_ = read_data_type(data_);
        return data_.le16();
      case Body::kElementsAt: {
        type_ = read_data_type(data_);
        const uint32_t elements = data_.le16();
        data_.skip(4);
        return elements;
      }
      default:
        return 1;
    }
  }

  void add_object(const ObjectRef& object) noexcept {
    uint64_t first = object.instance, last = object.instance;
    if (body_ == Body::kInstancesUp || (object.instance == 0 && reaches_all(out_.cls)))
      last = kEveryInstance;
    const uint64_t attribute = object.has_attribute ? object.attribute : kEveryAttribute;
    out_.add_point({.type = PointType::kCipObject,
                    .access = out_.cls,
                    .first = object_key(object.cls, first, object.has_attribute ? attribute : 0),
                    .last = object_key(object.cls, last, attribute),
                    .detail = object.cls});
  }

  void attributes() noexcept {
    const uint16_t listed = data_.le16();
    for (uint16_t i = 0; data_.ok() && i < listed; ++i) {
      const uint16_t attribute = data_.le16();
      for (ObjectRef object : request_.path.objects) {
        object.attribute = attribute;
        object.has_attribute = true;
        if (data_.ok()) add_object(object);
      }
    }
  }

  // Several elements: of the array, whichever they are.
  void tag(uint32_t elements) noexcept {
    const bool one = elements <= 1 && body_ != Body::kCountAt && body_ != Body::kElementsAt;
    out_.add_point({.type = PointType::kCipTag,
                    .access = out_.cls,
                    .last = elements <= 1 ? 0u : elements - 1,
                    .name = one ? text_.whole() : text_.array()});
  }

  void carried(uint32_t elements) noexcept {
    if (body_ == Body::kElements || body_ == Body::kElementsAt) {
      const bool part = body_ == Body::kElementsAt;
      return out_.add_values(read_elements(data_, type_, part ? kAnyCount : elements));
    }
    if (body_ == Body::kMasks) masks();
    if (data_.left() != 0) out_.add_values({Encoding::kBytes, 0, 1, data_.rest()});
  }

  // One to set and one to clear bits, of equal size.
  void masks() noexcept {
    const size_t at = data_.at();
    const size_t size = data_.le16();
    data_.expect(size != 0 && data_.left() == size * 2, FaultKind::kBadLength, at);
  }

  const Request& request_;
  const TagText& text_;
  Reader& data_;
  Operation& out_;
  Body body_;
  DataType type_;
};

bool reads_tag(uint32_t code) noexcept {
  const Body body = body_of(code);
  return body == Body::kCount || body == Body::kCountAt;
}

}  // namespace

void add_points(const Request& request, const TagText& text, Reader& data,
                Operation& out) noexcept {
  PointAdder(request, text, data, out).all();
}

void add_answer(Reader& data, Operation& out) noexcept {
  if (data.left() == 0) return;
  if (reads_tag(out.code) && !out.is_exception && data.left() > 2) {
    const DataType type = read_data_type(data);
    return out.add_values(read_elements(data, type, kAnyCount));
  }
  out.add_values({Encoding::kBytes, 0, 1, data.rest()});
}

}  // namespace bulkhead::wire::cip
