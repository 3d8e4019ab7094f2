// SPDX-License-Identifier: Apache-2.0
#include "admin/glass_holder.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/file.h"
#include "break_glass/codec.h"
#include "policy/time_text.h"
#include "wire/cursor.h"
#include "wire/writer.h"

namespace bulkhead::dataplane {
namespace {

using break_glass::OpeningRequest;

// The file: magic | u8 n, n x { u8 closed | u16 + request }.
constexpr uint64_t kMagic = 0x42'4c'48'4b'42'47'53'31;  // "BLHKBGS1"
constexpr size_t kMaxFileBytes = 16 + GlassHolder::kMost * (3 + break_glass::kMaxBytes);

std::span<const uint8_t> bytes_of(std::string_view text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

Result<OpeningRequest> parsed(std::span<const uint8_t> bytes) {
  auto request = break_glass::decode(bytes);
  if (request.ok()) return std::move(*request);
  return Error{ErrorCode::kInvalid,
               fmt::format("break-glass: malformed at byte {}: {}", request.fault().offset,
                           to_string(request.fault().kind))};
}

}  // namespace

bool GlassHolder::is_open(const Opening& opening, int64_t wall_ns) noexcept {
  return !opening.closed && !opening.approvers.empty() &&
         wall_ns < opening.request.statement.until_wall_ns;
}

Status GlassHolder::load() {
  const auto text = read_file(path_, kMaxFileBytes);
  if (!text) return text.error();
  const Error malformed{ErrorCode::kInvalid, path_ + " is malformed"};
  wire::Cursor in{bytes_of(*text)};
  if (in.be64() != kMagic) return malformed;
  const size_t count = in.u8();
  std::vector<Opening> openings;
  for (size_t i = 0; i < count && in.ok(); ++i) {
    const bool closed = in.u8() != 0;
    auto request = parsed(in.bytes(in.be16()));
    if (!request) return std::move(request).error().within(path_);
    openings.push_back({.request = std::move(*request), .closed = closed});
  }
  if (!in.ok() || in.left() != 0 || count > kMost) return malformed;
  openings_ = std::move(openings);
  return {};
}

Status GlassHolder::save() const {
  std::vector<uint8_t> bytes(kMaxFileBytes);
  wire::Writer out{bytes};
  out.be64(kMagic).u8(static_cast<uint8_t>(openings_.size()));
  for (const Opening& opening : openings_) {
    const auto request = break_glass::encode(opening.request);
    if (!request) return request.error();
    out.u8(opening.closed ? 1 : 0).be16(static_cast<uint16_t>(request->size())).bytes(*request);
  }
  return write_file_atomically(path_, out.written(), 0600);
}

// The oldest that is over makes room; its request opens nothing any more, by its time.
Status GlassHolder::make_room(int64_t wall_ns) {
  if (openings_.size() < kMost) return {};
  const auto over = std::ranges::find_if(openings_, [&](const Opening& opening) {
    return opening.request.statement.until_wall_ns <= wall_ns;
  });
  if (over == openings_.end())
    return Error{
        ErrorCode::kExhausted,
        fmt::format("{} break-glass grants were opened and their time is not over: no more "
                    "are taken",
                    kMost)};
  openings_.erase(over);
  return {};
}

Result<GlassHolder::Opened> GlassHolder::open(std::string_view bytes, const image::ImageView& image,
                                              int64_t wall_ns) {
  auto request = parsed(bytes_of(bytes));
  if (!request) return std::move(request).error();
  const auto admitted = break_glass::admit(*request, image, wall_ns);
  if (!admitted) return admitted.error();
  const break_glass::Statement& statement = request->statement;
  ipc::BreakGlassOpened out{.grant = statement.grant,
                            .until_wall_ns = statement.until_wall_ns,
                            .approvers = fmt::format("{}", fmt::join(admitted->approvers, ", "))};
  const auto same = std::ranges::find_if(
      openings_, [&](const Opening& opening) { return opening.request.statement == statement; });
  if (same != openings_.end()) {
    if (!same->closed) return Opened{out, false};
    return Error{ErrorCode::kConflict,
                 "this request opened '" + statement.grant +
                     "' before and was closed: two approvers must sign a new one"};
  }
  if (Status room = make_room(wall_ns); !room) return std::move(room).error();
  openings_.push_back({.request = std::move(*request), .approvers = out.approvers});
  return Opened{std::move(out), true};
}

bool GlassHolder::close(const std::string& grant, int64_t wall_ns) {
  bool any = false;
  for (Opening& opening : openings_) {
    if (opening.request.statement.grant != grant || !is_open(opening, wall_ns)) continue;
    opening.closed = any = true;
  }
  return any;
}

void GlassHolder::resolve(const image::ImageView& image, image::Conditions& out) {
  for (Opening& opening : openings_) {
    opening.approvers.clear();
    if (opening.closed || image.empty()) continue;
    const auto admitted = break_glass::still_admitted(opening.request, image);
    if (!admitted) continue;
    opening.approvers = fmt::format("{}", fmt::join(admitted->approvers, ", "));
    out.opened.push_back({admitted->relationship, opening.request.statement.until_wall_ns});
  }
}

std::vector<ipc::BreakGlassStatus> GlassHolder::status(int64_t wall_ns) const {
  std::vector<ipc::BreakGlassStatus> out;
  for (const Opening& opening : openings_)
    if (is_open(opening, wall_ns))
      out.push_back({opening.request.statement.grant, opening.request.statement.until_wall_ns,
                     opening.approvers, opening.request.statement.reason});
  return out;
}

std::vector<std::string> GlassHolder::news(uint64_t steady_ns, int64_t wall_ns) {
  std::vector<std::string> out;
  for (Opening& opening : openings_) {
    const break_glass::Statement& statement = opening.request.statement;
    if (opening.closed || opening.approvers.empty()) continue;
    if (wall_ns >= statement.until_wall_ns) {
      opening.closed = true;
      out.push_back(fmt::format("BREAK-GLASS '{}' is over", statement.grant));
    } else if (steady_ns >= opening.shout_due_ns) {
      opening.shout_due_ns = steady_ns + kShoutEvery_ns;
      out.push_back(fmt::format("BREAK-GLASS '{}' is OPEN until {}, by {}: {}", statement.grant,
                                policy::time_text(statement.until_wall_ns), opening.approvers,
                                statement.reason));
    }
  }
  return out;
}

bool GlassHolder::any_open() const noexcept {
  return std::ranges::any_of(openings_, [](const Opening& opening) {
    return !opening.closed && !opening.approvers.empty();
  });
}

}  // namespace bulkhead::dataplane
