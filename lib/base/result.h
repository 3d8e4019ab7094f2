// SPDX-License-Identifier: Apache-2.0
// Result<T>: a value, or an Error with a code and one sentence for a person.
//
// For set-up and administration only; the packet path speaks DropReason and wire::Parsed<T>.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace bulkhead {

enum class ErrorCode : uint8_t {
  kInvalid = 1,  // the input is wrong; the sentence names place and reason
  kNotFound,
  kExists,
  kPermission,
  kConflict,     // a generation or state other than expected
  kExhausted,    // a table or limit is full
  kUnavailable,  // the other side is not there; trying again can help
  kUnsupported,
  kIo,
  kInternal,
};

std::string_view to_string(ErrorCode code) noexcept;

struct Error {
  ErrorCode code = ErrorCode::kInternal;
  std::string sentence;

  // "context: sentence"
  Error within(std::string_view context) &&;
};

template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::move(value)) {}
  Result(Error error) : state_(std::move(error)) {}

  bool ok() const noexcept { return state_.index() == 0; }
  explicit operator bool() const noexcept { return ok(); }
  T& value() & { return std::get<0>(state_); }
  const T& value() const& { return std::get<0>(state_); }
  T&& value() && { return std::get<0>(std::move(state_)); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }
  const Error& error() const& { return std::get<1>(state_); }
  Error&& error() && { return std::get<1>(std::move(state_)); }

 private:
  std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(std::move(error)) {}

  bool ok() const noexcept { return !error_.has_value(); }
  explicit operator bool() const noexcept { return ok(); }
  const Error& error() const& { return *error_; }
  Error&& error() && { return std::move(*error_); }

 private:
  std::optional<Error> error_;
};

using Status = Result<void>;

// errno as a sentence: "open /x: No such file or directory"
Error io_error(std::string_view what);

}  // namespace bulkhead
