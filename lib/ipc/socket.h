// SPDX-License-Identifier: Apache-2.0
// The local socket between control and the dataplane: SOCK_SEQPACKET, one message per packet, at
// most one descriptor with it. Only root, our own user and the two users as which the packages run
// the processes (base/account.h) may be at the other end, on both sides.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/account.h"
#include "base/result.h"
#include "base/unique_fd.h"
#include "ipc/codec.h"

namespace bulkhead::ipc {

using Timeout = std::chrono::milliseconds;

struct Received {
  Message message;
  UniqueFd descriptor;  // not valid: none came with the message, or its kind has none
};

// One end of an accepted connection. Any error other than a timeout ends it: close and start over.
class Connection {
 public:
  // Errors: kUnavailable (nobody listens, or too busy for `timeout`), kPermission (who listens is
  // nobody of those; the sentence names the uid), kInvalid (path too long), kIo.
  static Result<Connection> connect(const std::string& path, Timeout timeout);

  // `descriptor` is sent along when >= 0 and stays the caller's. Errors: those of encode();
  // kUnavailable: the other side is gone, or did not read for `timeout`.
  Status send(const Message& message, int descriptor, Timeout timeout);
  Status send(const Message& message, Timeout timeout) { return send(message, -1, timeout); }

  // The next message; nothing when none came within `timeout`. Errors: kUnavailable: the other
  // side closed; kInvalid: malformed, too long, or more than one descriptor. Descriptors that do
  // not belong to the message are closed.
  Result<std::optional<Received>> receive(Timeout timeout);

  // For poll(2): readable means that receive() has something to say.
  [[nodiscard]] int fd() const noexcept { return fd_.get(); }

 private:
  friend class Listener;
  explicit Connection(UniqueFd fd) : fd_(std::move(fd)) {}
  static Result<Connection> over(UniqueFd fd, std::span<const uid_t> users);

  UniqueFd fd_;
};

// Holds PATH.lock while it lives, so that two processes cannot listen at one path; removes a stale
// socket file; makes the socket for its user and group only (0660, less umask), removes it again.
class Listener {
 public:
  // Errors: kExists (another process listens there; the sentence names path and pid), kInvalid,
  // kIo.
  static Result<Listener> listen(const std::string& path);

  Listener(Listener&&) noexcept = default;
  Listener& operator=(Listener&&) = delete;
  ~Listener();

  // Nothing when nobody came within `timeout`. A caller with foreign credentials is hung up on:
  // kPermission, and the listener goes on.
  Result<std::optional<Connection>> accept(Timeout timeout);

  [[nodiscard]] int fd() const noexcept { return fd_.get(); }

 private:
  Listener(std::string path, UniqueFd lock, UniqueFd fd)
      : path_(std::move(path)),
        lock_(std::move(lock)),
        fd_(std::move(fd)),
        users_(service_users()) {}

  std::string path_;
  UniqueFd lock_;
  UniqueFd fd_;
  std::vector<uid_t> users_;  // looked up once: a confined dataplane could not
};

}  // namespace bulkhead::ipc
