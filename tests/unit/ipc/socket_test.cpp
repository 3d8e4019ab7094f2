// SPDX-License-Identifier: Apache-2.0
#include "ipc/socket.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>

#include <array>
#include <catch2/catch.hpp>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "ipc/unix_address.h"

namespace bulkhead::ipc {
namespace {

using std::chrono::milliseconds;
constexpr Timeout kSoon{2000};
constexpr Timeout kNow{0};

class Directory {
 public:
  Directory() {
    char name[] = "/tmp/bulkhead-ipc-XXXXXX";
    REQUIRE(::mkdtemp(name) != nullptr);
    path_ = name;
  }
  ~Directory() { std::filesystem::remove_all(path_); }
  std::string file(const char* name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

struct Pair {
  Directory directory;
  Listener listener = *Listener::listen(directory.file("s"));
  Connection client = *Connection::connect(directory.file("s"), kSoon);
  Connection server = std::move(**listener.accept(kSoon));
};

int open_descriptors() {
  int n = 0;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd"))
    n += !entry.path().empty();
  return n;
}

// A packet with raw bytes and descriptors, as a hostile client would send it.
void send_raw(int socket, std::span<const uint8_t> bytes, const std::vector<int>& descriptors) {
  iovec part{const_cast<uint8_t*>(bytes.data()), bytes.size()};
  msghdr header{};
  header.msg_iov = &part;
  header.msg_iovlen = 1;
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int) * 16)> control{};
  if (!descriptors.empty()) {
    header.msg_control = control.data();
    header.msg_controllen = CMSG_SPACE(sizeof(int) * descriptors.size());
    cmsghdr* c = CMSG_FIRSTHDR(&header);
    c->cmsg_level = SOL_SOCKET;
    c->cmsg_type = SCM_RIGHTS;
    c->cmsg_len = CMSG_LEN(sizeof(int) * descriptors.size());
    std::memcpy(CMSG_DATA(c), descriptors.data(), sizeof(int) * descriptors.size());
  }
  REQUIRE(::sendmsg(socket, &header, 0) == static_cast<ssize_t>(bytes.size()));
}

}  // namespace

TEST_CASE("ipc socket: a message, arrives at the other side", "[ipc]") {
  Pair p;
  REQUIRE(p.client.send({42, AllocateSpis{3}}, kSoon));
  auto received = p.server.receive(kSoon);
  REQUIRE((received.ok() && received->has_value()));
  REQUIRE((*received)->message.request_id == 42);
  REQUIRE(std::get<AllocateSpis>((*received)->message.body).count == 3);
  REQUIRE_FALSE((*received)->descriptor.valid());
}

TEST_CASE("ipc socket: a descriptor, arrives with its message and works", "[ipc]") {
  Pair p;
  UniqueFd file(::open(p.directory.file("f").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  REQUIRE(::write(file.get(), "hello", 5) == 5);
  REQUIRE(p.client.send({1, InstallImage{}}, file.get(), kSoon));
  auto received = p.server.receive(kSoon);
  REQUIRE((received.ok() && received->has_value()));
  char text[5];
  REQUIRE(::pread((*received)->descriptor.get(), text, 5, 0) == 5);
  REQUIRE(std::string(text, 5) == "hello");
}

TEST_CASE("ipc socket: descriptors that nobody expects, are closed", "[ipc]") {
  Pair p;
  const int before = open_descriptors();
  SECTION("with a message that has none") {
    REQUIRE(p.client.send({1, GetStatus{}}, 0, kSoon));
    auto received = p.server.receive(kSoon);
    REQUIRE((received.ok() && received->has_value()));
    REQUIRE_FALSE((*received)->descriptor.valid());
  }
  SECTION("more than one") {
    Result<WipedBytes> bytes = encode({1, InstallImage{}});
    send_raw(p.client.fd(), bytes->span(), {0, 1, 2});
    REQUIRE(p.server.receive(kSoon).error().code == ErrorCode::kInvalid);
  }
  SECTION("more than fit") {
    Result<WipedBytes> bytes = encode({1, InstallImage{}});
    send_raw(p.client.fd(), bytes->span(), std::vector<int>(16, 0));
    REQUIRE(p.server.receive(kSoon).error().code == ErrorCode::kInvalid);
  }
  SECTION("with rubbish") {
    const std::array<uint8_t, 20> rubbish{1, 2, 3};
    send_raw(p.client.fd(), rubbish, {0});
    REQUIRE(p.server.receive(kSoon).error().code == ErrorCode::kInvalid);
  }
  REQUIRE(open_descriptors() == before);
}

TEST_CASE("ipc socket: the longest message, fits in one packet", "[ipc]") {
  Pair p;
  const PeerPath path{{}, std::string(31, 'm')};
  const Peer peer{
      std::string(kMaxName, 'x'), {path, path}, 1, true, std::vector<IpPrefix>(kMaxSources)};
  SetPeers many;
  many.peers.assign(kMaxPeers, peer);
  REQUIRE(encode({1, many})->span().size() > kMaxMessageBytes - 16384);
  REQUIRE(p.client.send({1, std::move(many)}, kSoon));
  auto received = p.server.receive(kSoon);
  REQUIRE((received.ok() && received->has_value()));
  REQUIRE(std::get<SetPeers>((*received)->message.body).peers.size() == kMaxPeers);
}

TEST_CASE("ipc socket: nothing to read, is no error within the timeout and none after", "[ipc]") {
  Pair p;
  auto received = p.server.receive(milliseconds(20));
  REQUIRE(received.ok());
  REQUIRE_FALSE(received->has_value());
  auto nobody = p.listener.accept(kNow);
  REQUIRE(nobody.ok());
  REQUIRE_FALSE(nobody->has_value());
}

TEST_CASE("ipc socket: a side that does not read, makes send give up after its timeout", "[ipc]") {
  Pair p;
  SetPeers big;
  big.peers.assign(kMaxPeers, Peer{std::string(kMaxName, 'x'), {}, 1, false, {}});
  Status sent;
  for (int i = 0; i < 64 && sent; ++i) sent = p.client.send({1, big}, milliseconds(20));
  REQUIRE_FALSE(sent.ok());
  REQUIRE(sent.error().code == ErrorCode::kUnavailable);
}

TEST_CASE("ipc socket: a side that closed, is unavailable to both directions", "[ipc]") {
  Pair p;
  { const Connection gone = std::move(p.client); }
  REQUIRE(p.server.receive(kSoon).error().code == ErrorCode::kUnavailable);
  REQUIRE(p.server.send({1, Ok{}}, kSoon).error().code == ErrorCode::kUnavailable);
}

TEST_CASE("ipc socket: nobody listening, is unavailable and names the path", "[ipc]") {
  Directory d;
  const auto result = Connection::connect(d.file("s"), kSoon);
  REQUIRE(result.error().code == ErrorCode::kUnavailable);
  REQUIRE(result.error().sentence.find(d.file("s")) != std::string::npos);
}

TEST_CASE("ipc listener: a second one at the same path, is refused and told who holds it",
          "[ipc]") {
  Directory d;
  const auto first = Listener::listen(d.file("s"));
  REQUIRE(first.ok());
  const auto second = Listener::listen(d.file("s"));
  REQUIRE(second.error().code == ErrorCode::kExists);
  REQUIRE(second.error().sentence.find(d.file("s")) != std::string::npos);
  REQUIRE(second.error().sentence.find(std::to_string(::getpid())) != std::string::npos);
  REQUIRE(Connection::connect(d.file("s"), kSoon).ok());  // and the first goes on
}

TEST_CASE("ipc listener: the socket file of a dead process, is replaced", "[ipc]") {
  Directory d;
  const pid_t child = ::fork();
  if (child == 0) {
    auto listener = Listener::listen(d.file("s"));
    ::_exit(listener.ok() ? 0 : 1);  // no destructor: the file stays
  }
  int status = 1;
  REQUIRE(::waitpid(child, &status, 0) == child);
  REQUIRE(status == 0);
  REQUIRE(std::filesystem::exists(d.file("s")));
  REQUIRE(Connection::connect(d.file("s"), kSoon).error().code == ErrorCode::kUnavailable);
  REQUIRE(Listener::listen(d.file("s")).ok());
}

TEST_CASE("ipc listener: a path that is a file, is refused and the file stays", "[ipc]") {
  Directory d;
  std::ofstream(d.file("s")) << "precious";
  REQUIRE(Listener::listen(d.file("s")).error().code == ErrorCode::kExists);
  REQUIRE(std::filesystem::file_size(d.file("s")) == 8);
}

TEST_CASE("ipc listener: its socket, is for its user and group only and removed at the end",
          "[ipc]") {
  Directory d;
  {
    const auto listener = Listener::listen(d.file("s"));
    struct stat file {};
    REQUIRE(::stat(d.file("s").c_str(), &file) == 0);
    REQUIRE((file.st_mode & 0707) == 0600);
  }
  REQUIRE_FALSE(std::filesystem::exists(d.file("s")));
}

TEST_CASE("ipc listener: a path longer than a socket address, is refused", "[ipc]") {
  REQUIRE(Listener::listen("/tmp/" + std::string(200, 'x')).error().code == ErrorCode::kInvalid);
}

// Needs root, to become somebody else; says so otherwise.
TEST_CASE("ipc listener: a caller of another user, is hung up on and named", "[ipc]") {
  if (::geteuid() != 0) {
    WARN("skipped: needs root to become another user");
    return;
  }
  Directory d;
  auto listener = Listener::listen(d.file("s"));
  REQUIRE(::chmod(d.file("").c_str(), 0755) == 0);
  REQUIRE(::chmod(d.file("s").c_str(), 0666) == 0);
  const pid_t child = ::fork();
  if (child == 0) {
    if (::setuid(65534) != 0) ::_exit(1);
    // Root listens, so this side is content; connecting is all it gets to do.
    ::_exit(Connection::connect(d.file("s"), kSoon).ok() ? 0 : 2);
  }
  int status = 1;
  REQUIRE(::waitpid(child, &status, 0) == child);
  REQUIRE(status == 0);
  const auto accepted = listener->accept(kSoon);
  REQUIRE_FALSE(accepted.ok());
  REQUIRE(accepted.error().code == ErrorCode::kPermission);
  REQUIRE(accepted.error().sentence.find("65534") != std::string::npos);
}

// Needs root, to become somebody else; says so otherwise.
TEST_CASE("ipc: the other end may be one of the users named, and of nobody else", "[ipc]") {
  if (::geteuid() != 0) {
    WARN("skipped: needs root to become another user");
    return;
  }
  constexpr uid_t kOther = 65534;
  Directory d;
  REQUIRE(::chmod(d.file("").c_str(), 0777) == 0);
  int ready[2];
  REQUIRE(::pipe(ready) == 0);
  const pid_t child = ::fork();
  if (child == 0) {
    if (::setuid(kOther) != 0) ::_exit(1);
    const auto listener = Listener::listen(d.file("s"));
    if (::write(ready[1], "", 1) != 1) ::_exit(2);
    for (;;) ::pause();
  }
  char byte = 0;
  REQUIRE(::read(ready[0], &byte, 1) == 1);
  const auto address = unix_address(d.file("s"));
  const auto fd = seqpacket_socket();
  REQUIRE(::connect(fd->get(), reinterpret_cast<const sockaddr*>(&*address), sizeof *address) == 0);
  const std::array<uid_t, 2> named = {1, kOther};
  CHECK(check_peer_user(fd->get(), named).ok());
  CHECK(check_peer_user(fd->get(), std::span(named).first(1)).error().code ==
        ErrorCode::kPermission);
  CHECK(check_peer_user(fd->get(), {}).error().code == ErrorCode::kPermission);
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  ::close(ready[0]);
  ::close(ready[1]);
}

}  // namespace bulkhead::ipc
