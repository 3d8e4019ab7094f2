// SPDX-License-Identifier: Apache-2.0
#include "ipc/codec.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <string>
#include <type_traits>
#include <utility>

#include "ipc/fields.h"

namespace bulkhead::ipc {
namespace {

static_assert(std::endian::native == std::endian::little, "integers are copied as they are");

class Encoder {
 public:
  explicit Encoder(std::vector<uint8_t>& out) : out_(out) {}

  void integer(std::integral auto v) { append(&v, sizeof v); }
  void boolean(bool v) { integer(static_cast<uint8_t>(v)); }
  void code(ErrorCode v, uint8_t) { integer(static_cast<uint8_t>(v)); }
  template <size_t kBytes>
  void raw(const std::array<uint8_t, kBytes>& v) {
    append(v.data(), kBytes);
  }
  void text(const std::string& v, size_t most) {
    if (v.size() > most) return fail(ErrorCode::kInvalid, "a string is longer than its limit");
    integer(static_cast<uint16_t>(v.size()));
    append(v.data(), v.size());
  }
  template <typename T>
  void list(const std::vector<T>& v, size_t most) {
    if (v.size() > most) return fail(ErrorCode::kInvalid, "a list is longer than its limit");
    integer(static_cast<uint32_t>(v.size()));
    for (const T& item : v) fields(*this, item);
  }

  [[nodiscard]] const Status& status() const noexcept { return status_; }

 private:
  void append(const void* at, size_t bytes) {
    if (out_.size() + bytes > kMaxMessageBytes)
      return fail(ErrorCode::kExhausted, "the message is longer than one packet may be");
    const auto* first = static_cast<const uint8_t*>(at);
    out_.insert(out_.end(), first, first + bytes);
  }
  void fail(ErrorCode code, const char* what) {
    if (status_) status_ = Error{code, what};
  }

  std::vector<uint8_t>& out_;
  Status status_;
};

// The first fault spoils the decoder: everything after it reads as zero and empty.
class Decoder {
 public:
  explicit Decoder(std::span<const uint8_t> bytes) : bytes_(bytes) {}

  template <std::integral T>
  void integer(T& v) {
    copy(&v, sizeof v);
  }
  void boolean(bool& v) {
    uint8_t byte = 0;
    integer(byte);
    if (byte > 1) fail("a truth value is neither 0 nor 1");
    v = byte == 1;
  }
  void code(ErrorCode& v, uint8_t last) {
    uint8_t byte = 0;
    integer(byte);
    if (byte == 0 || byte > last) return fail("an error code is unknown");
    v = static_cast<ErrorCode>(byte);
  }
  template <size_t kBytes>
  void raw(std::array<uint8_t, kBytes>& v) {
    copy(v.data(), kBytes);
  }
  void text(std::string& v, size_t most) {
    uint16_t size = 0;
    integer(size);
    if (size > most) return fail("a string is longer than its limit");
    if (!need(size)) return;
    v.assign(reinterpret_cast<const char*>(bytes_.data() + at_), size);
    at_ += size;
  }
  template <typename T>
  void list(std::vector<T>& v, size_t most) {
    uint32_t count = 0;
    integer(count);
    if (count > most) return fail("a list is longer than its limit");
    // No element takes less than 4 bytes, so a short packet cannot ask for much memory.
    if (count > left() / 4) return fail("a list is longer than the message");
    v.resize(count);
    for (size_t i = 0; i < count && ok(); ++i) fields(*this, v[i]);
  }

  void fail(const char* what) {
    if (fault_ == nullptr) fault_ = what;
  }
  [[nodiscard]] bool ok() const noexcept { return fault_ == nullptr; }
  [[nodiscard]] size_t left() const noexcept { return bytes_.size() - at_; }
  [[nodiscard]] Error error() const {
    return {ErrorCode::kInvalid,
            std::string("message: ") + fault_ + ", at byte " + std::to_string(at_)};
  }

 private:
  bool need(size_t n) {
    if (left() < n) fail("ends too early");
    return ok();
  }
  void copy(void* to, size_t n) {
    if (!need(n)) return;
    std::memcpy(to, bytes_.data() + at_, n);
    at_ += n;
  }

  std::span<const uint8_t> bytes_;
  size_t at_ = 0;
  const char* fault_ = nullptr;
};

// The type on the wire is the alternative's place in Body, from 1: add at the end only.
template <size_t kIndex = 0>
void decode_body(Decoder& in, uint32_t type, Body& out) {
  if constexpr (kIndex == std::variant_size_v<Body>) {
    in.fail("is of an unknown type");
  } else {
    if (type != kIndex + 1) return decode_body<kIndex + 1>(in, type, out);
    fields(in, out.emplace<kIndex>());
  }
}

}  // namespace

Result<WipedBytes> encode(const Message& message) {
  WipedBytes bytes(kMaxMessageBytes);
  Encoder out(bytes.vector());
  out.integer(kMessageMagic);
  out.integer(static_cast<uint32_t>(message.body.index() + 1));
  out.integer(message.request_id);
  std::visit([&](const auto& body) { fields(out, body); }, message.body);
  if (!out.status()) return out.status().error();
  return bytes;
}

Result<Message> decode(std::span<const uint8_t> bytes) {
  Decoder in(bytes.first(std::min(bytes.size(), kMaxMessageBytes)));
  if (bytes.size() > kMaxMessageBytes) in.fail("is longer than one packet may be");
  uint32_t magic = 0;
  uint32_t type = 0;
  Message message;
  in.integer(magic);
  if (magic != kMessageMagic) in.fail("has the wrong magic");
  in.integer(type);
  in.integer(message.request_id);
  if (in.ok()) decode_body(in, type, message.body);
  if (in.left() != 0) in.fail("has bytes after its end");
  if (!in.ok()) return in.error();
  return message;
}

bool carries_descriptor(const Body& body) noexcept {
  return std::holds_alternative<Hello>(body) || std::holds_alternative<InstallImage>(body) ||
         std::holds_alternative<InstallOverlay>(body);
}

}  // namespace bulkhead::ipc
