/* Linked whole with each room against only what the room declared: proves that no room calls upwards. */
int main(void)
{
    return 0;
}
